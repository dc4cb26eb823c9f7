import type { RemoteFiles } from '#ssh';
import { parseRelease } from './parse-release.ts';
import type { RecordedRelease, Release } from './release.ts';
import { isReleaseId } from './release.ts';

/** What happened, in the order it happened; only ever appended to. */
export interface JournalEntry {
  readonly at: string;
  readonly event: string;
  readonly release?: string;
  readonly detail?: string;
  readonly runUrl?: string | undefined;
}

type ParseRelease<R> = (content: string, path: string) => R | undefined;

/**
 * An app's folder in the deploy user's home: readable JSON, one file a release, each replaced in one step. The
 * environment is in it, so everything is 0600 in folders of 0700.
 */
export class ReleaseStore<R extends RecordedRelease = Release> {
  readonly folder: string;
  readonly #files: RemoteFiles;
  readonly #parse: ParseRelease<R>;

  private constructor(files: RemoteFiles, home: string, app: string, parse: ParseRelease<R>) {
    this.#files = files;
    this.#parse = parse;
    this.folder = `${home}/.switchyard/${app}`;
  }

  static ofApp(files: RemoteFiles, home: string, app: string): ReleaseStore {
    return new ReleaseStore(files, home, app, parseRelease);
  }

  /** @param parse what reads one file: undefined for a damaged one, an error for one that must not be touched */
  static of<R extends RecordedRelease>(
    files: RemoteFiles,
    home: string,
    app: string,
    parse: ParseRelease<R>,
  ): ReleaseStore<R> {
    return new ReleaseStore(files, home, app, parse);
  }

  get switchFolder(): string {
    return `${this.folder}/switch`;
  }

  async prepare(): Promise<void> {
    const folders = [`${this.folder}/releases`, `${this.folder}/lease`, this.switchFolder];
    await Promise.all(folders.map((folder) => this.#files.makeDirectory(folder, 0o700)));
  }

  /** Takes away what a job that was killed while it wrote has left. Only for whoever holds the lease. */
  async sweep(): Promise<void> {
    const folders = [`${this.folder}/releases`, this.switchFolder];
    await Promise.all(folders.map((folder) => this.#files.sweep(folder)));
  }

  /** Every release, oldest first. Files that can't be read are named in `damaged` and left where they are. */
  async list(): Promise<{ releases: R[]; damaged: string[] }> {
    const entries = await this.#files.list(`${this.folder}/releases`);
    const ids = entries
      .filter(({ name, isDirectory }) => !isDirectory && name.endsWith('.json'))
      .map(({ name }) => name.slice(0, -'.json'.length))
      .filter(isReleaseId)
      .toSorted();
    const releases: R[] = [];
    const damaged: string[] = [];
    const texts = await Promise.all(ids.map((id) => this.#files.read(this.#path(id))));
    ids.forEach((id, index) => {
      const text = texts[index];
      if (text === undefined) return;
      const release = this.#parse(text, this.#path(id));
      if (release) releases.push(release);
      else damaged.push(this.#path(id));
    });
    return { releases, damaged };
  }

  async save(release: R): Promise<void> {
    await this.#files.write(this.#path(release.id), `${JSON.stringify(release, undefined, 2)}\n`, 0o600);
  }

  async forget(id: string): Promise<void> {
    await this.#files.remove(this.#path(id));
  }

  async note(entry: JournalEntry): Promise<void> {
    await this.#files.append(`${this.folder}/journal.jsonl`, `${JSON.stringify(entry)}\n`, 0o600);
  }

  /** The last thing that the journal says of each release; what can't be read of it is left out. */
  async lastEvents(): Promise<Map<string, string>> {
    const text = (await this.#files.read(`${this.folder}/journal.jsonl`).catch(() => undefined)) ?? '';
    const events = new Map<string, string>();
    // An entry that a full disk has cut ends without a line break, and the next one follows it at once.
    for (const line of text.split(/\n|(?=\{"at":")/)) {
      try {
        const { release, event } = JSON.parse(line) as Partial<JournalEntry>;
        if (typeof release === 'string' && typeof event === 'string') events.set(release, event);
      } catch {}
    }
    return events;
  }

  #path(id: string): string {
    return `${this.folder}/releases/${id}.json`;
  }
}
