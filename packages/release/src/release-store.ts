import { ExplainedError } from '#explained-error';
import type { RemoteFiles } from '#ssh';
import type { Release, ReleaseConfig, ReleaseVerdict } from './release.ts';
import { isReleaseId, recordFormat } from './release.ts';

export class RecordError extends ExplainedError {
  override readonly name = 'RecordError';
}

/** What happened, in the order it happened; only ever appended to. */
export interface JournalEntry {
  readonly at: string;
  readonly event: string;
  readonly release?: string;
  readonly detail?: string;
  readonly runUrl?: string | undefined;
}

/**
 * An app's folder in the deploy user's home: readable JSON, one file a release, each replaced in one step. The
 * environment is in it, so everything is 0600 in folders of 0700.
 */
export class ReleaseStore {
  readonly folder: string;
  readonly #files: RemoteFiles;

  constructor(files: RemoteFiles, home: string, app: string) {
    this.#files = files;
    this.folder = `${home}/.switchyard/${app}`;
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
  async list(): Promise<{ releases: Release[]; damaged: string[] }> {
    const entries = await this.#files.list(`${this.folder}/releases`);
    const ids = entries
      .filter(({ name, isDirectory }) => !isDirectory && name.endsWith('.json'))
      .map(({ name }) => name.slice(0, -'.json'.length))
      .filter(isReleaseId)
      .toSorted();
    const releases: Release[] = [];
    const damaged: string[] = [];
    const texts = await Promise.all(ids.map((id) => this.#files.read(this.#path(id))));
    ids.forEach((id, index) => {
      const text = texts[index];
      if (text === undefined) return;
      const release = parseRelease(text, this.#path(id));
      if (release) releases.push(release);
      else damaged.push(this.#path(id));
    });
    return { releases, damaged };
  }

  async save(release: Release): Promise<void> {
    await this.#files.write(this.#path(release.id), `${JSON.stringify(release, undefined, 2)}\n`, 0o600);
  }

  async forget(id: string): Promise<void> {
    await this.#files.remove(this.#path(id));
  }

  async note(entry: JournalEntry): Promise<void> {
    await this.#files.append(`${this.folder}/journal.jsonl`, `${JSON.stringify(entry)}\n`, 0o600);
  }

  #path(id: string): string {
    return `${this.folder}/releases/${id}.json`;
  }
}

/** Undefined for a damaged file. @throws RecordError for one that a newer Switchyard has written */
export function parseRelease(text: string, path: string): Release | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Partial<Release>;
  if (typeof record.format === 'number' && record.format > recordFormat) {
    throw new RecordError(
      `${path} was written by a newer Switchyard (format ${record.format}, this one knows ${recordFormat}); update the action's version.`,
    );
  }
  const isWhole =
    record.format === recordFormat &&
    typeof record.id === 'string' &&
    isReleaseId(record.id) &&
    path.endsWith(`/${record.id}.json`) &&
    typeof record.app === 'string' &&
    (record.color === 'blue' || record.color === 'green') &&
    typeof record.image?.id === 'string' &&
    typeof record.image.reference === 'string' &&
    typeof record.image.runnable === 'string' &&
    isConfig(record.config) &&
    verdicts.includes(record.verdict as ReleaseVerdict) &&
    isTextOrAbsent(record.liveAt);
  return isWhole ? (record as Release) : undefined;
}

const verdicts: readonly ReleaseVerdict[] = ['pending', 'live', 'standby', 'retired', 'failed', 'bad'];

function isConfig(value: unknown): boolean {
  const config = value as Partial<ReleaseConfig> | null | undefined;
  return (
    isTextMap(config?.env) &&
    isTextMap(config?.labels) &&
    [config?.secretNames, config?.volumes, config?.networks].every(isTextList) &&
    (config?.command === undefined || isTextList(config.command)) &&
    (config?.protocol === 'http' || config?.protocol === 'h2c' || config?.protocol === 'tcp') &&
    (config.containerPort === undefined || typeof config.containerPort === 'number') &&
    typeof config.stopTimeoutMs === 'number'
  );
}

function isTextMap(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && isTextList(Object.values(value))
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
