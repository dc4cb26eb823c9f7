import type { RemoteEntry, RemoteFiles, RemoteStat } from '../../ssh/src/index.ts';

interface Entry {
  text: string;
  mode: number;
  mtimeMs: number;
}

/** A server's files in memory, each call answered later than it was asked, as over a network. */
export class MemoryFiles implements RemoteFiles {
  readonly entries = new Map<string, Entry>();
  /** Entries that are listed as symbolic links. */
  readonly links = new Set<string>();
  /** Awaited at the start of each call, with its name; a test can hold or refuse one. */
  before: (call: string, path: string) => Promise<void> | void = () => {};
  clock: () => number = () => Date.now();

  async #turn(call: string, path: string): Promise<void> {
    await this.before(call, path);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async home(): Promise<string> {
    return '/home/deploy';
  }

  async read(path: string): Promise<string | undefined> {
    await this.#turn('read', path);
    return this.entries.get(path)?.text;
  }

  async write(path: string, text: string, mode: number): Promise<void> {
    await this.#turn('write', path);
    this.entries.set(path, { text, mode, mtimeMs: this.clock() });
  }

  async create(path: string, text: string, mode: number): Promise<boolean> {
    await this.#turn('create', path);
    if (this.entries.has(path)) return false;
    this.entries.set(path, { text, mode, mtimeMs: this.clock() });
    return true;
  }

  async append(path: string, text: string, mode: number): Promise<void> {
    await this.#turn('append', path);
    this.entries.set(path, {
      text: (this.entries.get(path)?.text ?? '') + text,
      mode,
      mtimeMs: this.clock(),
    });
  }

  async makeDirectory(): Promise<void> {}

  async list(path: string): Promise<RemoteEntry[]> {
    await this.#turn('list', path);
    const names = new Map<string, boolean>();
    for (const known of this.entries.keys()) {
      if (!known.startsWith(`${path}/`)) continue;
      const [name = '', ...more] = known.slice(path.length + 1).split('/');
      names.set(name, more.length > 0);
    }
    return [...names].map(([name, isDirectory]) => ({
      name,
      isDirectory,
      isFile: !isDirectory && !this.links.has(`${path}/${name}`),
      mtimeMs: 0,
      size: 0,
    }));
  }

  async remove(path: string): Promise<void> {
    await this.#turn('remove', path);
    for (const known of [...this.entries.keys()])
      if (known === path || known.startsWith(`${path}/`)) this.entries.delete(known);
  }

  async sweep(path: string, age?: { olderThanMs: number; nowMs: number }): Promise<void> {
    await this.#turn('sweep', path);
    for (const [known, { mtimeMs }] of [...this.entries]) {
      const isOld = age === undefined || age.nowMs - mtimeMs > age.olderThanMs;
      if (known.startsWith(`${path}/.`) && known.endsWith('.tmp') && isOld) this.entries.delete(known);
    }
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    await this.#turn('stat', path);
    const entry = this.entries.get(path);
    return (
      entry && {
        uid: 1,
        gid: 1,
        mode: entry.mode,
        isDirectory: false,
        mtimeMs: entry.mtimeMs,
        size: entry.text.length,
      }
    );
  }

  async freeBytes(): Promise<number | undefined> {
    return undefined;
  }
}
