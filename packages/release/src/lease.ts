import { randomBytes } from 'node:crypto';
import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';
import type { RemoteEntry, RemoteFiles } from '#ssh';

export class LeaseError extends ExplainedError {
  override readonly name = 'LeaseError';
}

export interface LeaseOwner {
  readonly runUrl: string | undefined;
  readonly actor: string | undefined;
}

interface LeaseFile {
  readonly token: string;
  readonly runUrl?: string | undefined;
  readonly actor?: string | undefined;
  readonly since: string;
  readonly released: boolean;
}

/** Times in ms since 1970, by the server's clock. */
export interface Waited {
  /** When this job began to wait. */
  readonly fromMs: number;
  /** Since when the first of the jobs in front of it had the lease. */
  readonly holderSinceMs: number;
}

export interface LeaseOptions {
  readonly folder: string;
  readonly app: string;
  readonly owner: LeaseOwner;
  /** How long to queue behind another owner, in ms. */
  readonly waitMs: number;
  /** Take the lease from whoever has it at first, without waiting. */
  readonly force?: boolean;
  /** Called when it was taken from somebody, with a sentence that says from whom. */
  readonly onForce?: (sentence: string) => void;
  /** The server's clock. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** Called while it waits, with who is in front. */
  readonly onWait: (sentence: string) => void;
  readonly ttlMs?: number;
}

const defaultTtlMs = 60_000;
const pollMs = 500;
/** How often, and at which distance, an entry is read that is listed and not there. */
const mostTries = 5;
const retryMs = 100;
/** Counted upwards by one, none comes near it; its successor's name would be too long to be known as a lease. */
const greatestNumber = 999_999_999_999_999;

/**
 * The right to change one app on one server. Leases are files numbered upwards: whoever creates the next number
 * holds it, because only one can. The highest file is never deleted by anybody but its successor's owner, so a slow
 * process that acts on an old view loses when it looks again. A file's modification time is its owner's last sign of
 * life, in the server's own clock; an owner that shows none for the time to live has lost it.
 */
export class Lease {
  readonly #files: RemoteFiles;
  readonly #options: LeaseOptions;
  readonly #number: number;
  readonly #token: string;
  readonly #since: string;
  #timer: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #isReleased = false;
  #lastRenewal = performance.now();
  readonly #lost = new AbortController();
  /** Undefined where it was free. */
  readonly waited: Waited | undefined;

  private constructor(
    files: RemoteFiles,
    options: LeaseOptions,
    number: number,
    token: string,
    since: string,
    waited: Waited | undefined,
  ) {
    this.waited = waited;
    this.#files = files;
    this.#options = options;
    this.#number = number;
    this.#token = token;
    this.#since = since;
  }

  /**
   * @throws LeaseError when another owner has it for longer than `waitMs`, naming that owner
   * @throws the signal's reason when cancelled while it waits
   */
  static async take(files: RemoteFiles, options: LeaseOptions): Promise<Lease> {
    const deadline = performance.now() + options.waitMs;
    const folder = `${options.folder}/lease`;
    const ttlMs = options.ttlMs ?? defaultTtlMs;
    const sign = new LastSign();
    let forced: string | undefined;
    let waited: Waited | undefined;
    for (;;) {
      options.signal.throwIfAborted();
      const held = await currentHolder(files, folder, options);
      const nowMs = options.nowMs();
      const isFree = held?.file?.released !== false;
      if (isFree || nowMs - held.mtimeMs > ttlMs || sign.ageMs(held) > ttlMs) {
        const number = (held?.number ?? 0) + 1;
        const lease = await Lease.#claim(files, options, number, nowMs, waited);
        if (lease) return lease;
        continue;
      }
      const who = describe(held.file);
      // Only from the one that was there at first: whoever comes in between is known to be alive.
      if (options.force) forced ??= held.file.token;
      if (forced === held.file.token) {
        const lease = await Lease.#claim(files, options, held.number + 1, nowMs);
        if (!lease) continue;
        options.onForce?.(
          `Took the right to change ${options.app} from another job, as "force-unlock" asks (${who}).`,
        );
        return lease;
      }
      if (performance.now() >= deadline) {
        throw new LeaseError(
          `Another deploy of ${options.app} is at work on this server (${who}); wait until it ends, let this one queue longer with "lock-wait", or, if it is known to be dead, set "force-unlock".`,
        );
      }
      const sinceMs = Date.parse(held.file.since);
      waited ??= { fromMs: nowMs, holderSinceMs: nowMs };
      if (sinceMs < waited.holderSinceMs) waited = { ...waited, holderSinceMs: sinceMs };
      options.onWait(`Waiting for another deploy of ${options.app} to end (${who}).`);
      await pause(pollMs, options.signal);
    }
  }

  static async #claim(
    files: RemoteFiles,
    options: LeaseOptions,
    number: number,
    nowMs: number,
    waited?: Waited,
  ): Promise<Lease | undefined> {
    const token = randomBytes(12).toString('hex');
    const since = new Date(nowMs).toISOString();
    const lease = new Lease(files, options, number, token, since, waited);
    if (!(await files.create(lease.#path(number), lease.#text(false), 0o600))) return undefined;
    const entries = await files.list(`${options.folder}/lease`);
    if (newestOf(entries)?.number !== number) {
      await files.remove(lease.#path(number));
      return undefined;
    }
    lease.#keepAlive();
    const older = entries.map(({ name }) => name).filter((name) => (numberOf(name) ?? number) < number);
    // Nobody waits for it: a predecessor's file that stays is removed by the next owner.
    void Promise.all([
      ...older.map((name) => files.remove(`${options.folder}/lease/${name}`)),
      files.sweep(`${options.folder}/lease`, { olderThanMs: options.ttlMs ?? defaultTtlMs, nowMs }),
    ]).catch(() => undefined);
    return lease;
  }

  /** Aborted when the lease could not be kept; whoever holds it must stop changing things. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @throws LeaseError when somebody else has taken it over */
  async confirm(): Promise<void> {
    this.#lost.signal.throwIfAborted();
    if ((await newestNumber(this.#files, `${this.#options.folder}/lease`)) !== this.#number) {
      throw this.#lostError();
    }
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#expiry);
    if (this.#lost.signal.aborted) return;
    // A renewal under way would otherwise be written after this and keep the lease for another life.
    await this.#renewal;
    await this.#files.write(this.#path(this.#number), this.#text(true), 0o600);
  }

  #keepAlive(): void {
    const ttlMs = this.#options.ttlMs ?? defaultTtlMs;
    // One failed or hanging write is no loss yet; a lease that could not be renewed for its whole life is.
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(
      () => this.#lose(),
      Math.max(0, this.#lastRenewal + ttlMs - performance.now()),
    ).unref();
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renew()
        .catch(() => undefined)
        .then(() => {
          if (!this.#isReleased && !this.#lost.signal.aborted) this.#keepAlive();
        });
    }, ttlMs / 4).unref();
  }

  async #renew(): Promise<void> {
    // The file's time is at least this one, so counting from here never believes in a lease for too long.
    const startedAt = performance.now();
    const newest = await newestNumber(this.#files, `${this.#options.folder}/lease`);
    if (newest !== this.#number) {
      this.#lose();
      return;
    }
    await this.#files.write(this.#path(this.#number), this.#text(false), 0o600);
    this.#lastRenewal = startedAt;
  }

  #lose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#expiry);
    this.#lost.abort(this.#lostError());
  }

  #lostError(): LeaseError {
    return new LeaseError(
      `This job lost its turn to change ${this.#options.app}, because it showed no sign of life for too long and another deploy took over; run it again.`,
    );
  }

  #path(number: number): string {
    return `${this.#options.folder}/lease/${fileName(number)}`;
  }

  #text(released: boolean): string {
    const { runUrl, actor } = this.#options.owner;
    const file: LeaseFile = { token: this.#token, runUrl, actor, since: this.#since, released };
    return `${JSON.stringify(file)}\n`;
  }
}

/**
 * Who changes the app right now, as words for a sentence. Only looks, and takes nothing.
 *
 * @returns undefined where nobody does, or whoever did has shown no sign of life for too long
 * @throws LeaseError when it can't be told
 */
export async function whoIsAtWork(
  files: RemoteFiles,
  options: Pick<LeaseOptions, 'folder' | 'app'> & { readonly nowMs: number },
): Promise<string | undefined> {
  const { folder, app, nowMs } = options;
  const held = await currentHolder(files, `${folder}/lease`, { app, signal: new AbortController().signal });
  if (held?.file?.released !== false || nowMs - held.mtimeMs > defaultTtlMs) return undefined;
  return describe(held.file);
}

/** How long a waiting job has seen the same sign of life: where a clock was set back, a file's time tells nothing. */
class LastSign {
  #seen: Pick<Holder, 'number' | 'mtimeMs'> | undefined;
  #since = 0;

  ageMs({ number, mtimeMs }: Holder): number {
    if (this.#seen?.number !== number || this.#seen.mtimeMs !== mtimeMs) {
      this.#seen = { number, mtimeMs };
      this.#since = performance.now();
    }
    return performance.now() - this.#since;
  }
}

interface Holder {
  readonly number: number;
  readonly mtimeMs: number;
  /** Undefined when its file is damaged; then only its age counts. */
  readonly file: LeaseFile | undefined;
}

/** @throws LeaseError when the newest entry is none that can be read: who has the lease is not known then */
async function currentHolder(
  files: RemoteFiles,
  folder: string,
  { app, signal }: Pick<LeaseOptions, 'app' | 'signal'>,
): Promise<Holder | undefined> {
  const tries = new Map<number, number>();
  for (;;) {
    signal.throwIfAborted();
    const newest = newestOf(await files.list(folder));
    if (!newest) return undefined;
    const { number } = newest;
    const path = `${folder}/${newest.name}`;
    if (!newest.isFile || number >= greatestNumber) throw unusable(app, path);
    const [stat, text] = await Promise.all([files.stat(path), files.read(path)]);
    if (stat && text !== undefined) {
      return { number, mtimeMs: stat.mtimeMs, file: parseLease(text) ?? unknownOwner };
    }
    // A successor has removed it, and then there is a newer one. One that stays and can't be read is none of ours.
    const tried = (tries.get(number) ?? 0) + 1;
    if (tried >= mostTries) throw unusable(app, path);
    tries.set(number, tried);
    if (tried > 1) await pause(retryMs, signal);
  }
}

function unusable(app: string, path: string): LeaseError {
  return new LeaseError(
    `Whose turn it is to change ${app} on this server cannot be told, because ${path} is not a file that a deploy has written there; make sure that no deploy of ${app} is at work, then remove it with "rm -r ${path}".`,
  );
}

const unknownOwner: LeaseFile = { token: '', since: 'an unknown time', released: false };

function parseLease(text: string): LeaseFile | undefined {
  try {
    const value = JSON.parse(text) as Partial<LeaseFile>;
    const { token, released, since, runUrl, actor } = value;
    if (typeof token !== 'string' || typeof released !== 'boolean') return undefined;
    // Another user's program may have written it, and what it says ends up in a sentence.
    const word = (part: unknown): string | undefined =>
      typeof part === 'string' ? clipEnd(part.replace(/[^\x21-\x7e]+/g, ' ').trim(), 200) : undefined;
    return {
      token,
      released,
      since: word(since) ?? 'an unknown time',
      runUrl: word(runUrl),
      actor: word(actor),
    };
  } catch {
    return undefined;
  }
}

async function newestNumber(files: RemoteFiles, folder: string): Promise<number | undefined> {
  return newestOf(await files.list(folder))?.number;
}

function newestOf(entries: readonly RemoteEntry[]): (RemoteEntry & { number: number }) | undefined {
  return entries
    .flatMap((entry) => {
      const number = numberOf(entry.name);
      return number === undefined ? [] : [{ ...entry, number }];
    })
    .toSorted((a, b) => a.number - b.number)
    .at(-1);
}

/** Only as `fileName` writes it: another spelling of a number would be another file. */
function numberOf(name: string): number | undefined {
  const digits = /^(\d{9}|[1-9]\d{9,14})\.json$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function fileName(number: number): string {
  return `${String(number).padStart(9, '0')}.json`;
}

function describe(file: LeaseFile): string {
  const by = file.actor ? ` by ${file.actor}` : '';
  return `${file.runUrl ?? 'a run without a URL'}${by}, since ${file.since}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
