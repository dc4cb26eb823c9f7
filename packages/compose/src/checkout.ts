import { constants } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { ComposeSourceError, type Place, refusal, shown } from './compose-errors.ts';

const mostFiles = 2_000;
const mostBytes = 50 * 1024 * 1024;
const deepestFolder = 100;

/** A file of the checkout, at its path in it with forward slashes. */
export interface CheckoutFile {
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** What a path in the checkout leads to; undefined where nothing is there. */
export type Found = 'file' | 'directory' | undefined;

/**
 * The files of the checkout, of which nothing outside is read: neither by `..` nor by symbolic links. All that is
 * read is kept, and is counted together against one bound. Sentences begin with the place that named the path.
 */
export class Checkout {
  readonly #root: string;
  /** As it was given, perhaps through a link; absolute paths of inputs may start with it. */
  readonly #workspace: string;
  readonly #files = new Map<string, CheckoutFile>();
  readonly #readByCompose = new Set<string>();
  #bytes = 0;

  private constructor(root: string, workspace: string) {
    this.#root = root;
    this.#workspace = workspace;
  }

  static async open(workspace: string): Promise<Checkout> {
    return new Checkout(await realpath(workspace), workspace);
  }

  /** All that was read, in the order of the paths. */
  get files(): CheckoutFile[] {
    return [...this.#files.values()].sort((one, other) => byCodeUnits(one.path, other.path));
  }

  /** The path in the checkout of one given by an input, which may be absolute. */
  inside(given: string): string {
    const path = isAbsolute(given) ? this.#fromRoot(given) : given;
    const normal = posix.normalize(path);
    if (given === '' || isAbsolute(normal) || leadsOut(normal) || given.includes('\0')) {
      throw new ComposeSourceError(
        `The path ${JSON.stringify(shown(given))} lies outside the checkout; name a file of the repository.`,
      );
    }
    return normal;
  }

  #fromRoot(absolute: string): string {
    const [path = ''] = [this.#root, this.#workspace]
      .map((root) => relative(root, absolute).split(sep).join('/'))
      .sort((one, other) => Number(leadsOut(one)) - Number(leadsOut(other)));
    return path;
  }

  /** A path as a file names it, from a folder of the checkout. */
  join(folder: string, given: string, at: Place): string {
    const path = posix.join(folder, given);
    if (leadsOut(path)) throw outside(at, given);
    return path;
  }

  async look(path: string, at: Place): Promise<Found> {
    const real = await this.#real(path, at);
    if (real === undefined) return undefined;
    const found = await stat(real);
    if (found.isDirectory()) return 'directory';
    if (found.isFile()) return 'file';
    throw refusal(at, `names ${shown(path)}, which is neither a file nor a folder; take it out`);
  }

  /** Whether Compose reads the file as it resolves the stack; others are only seen by containers. */
  isReadByCompose(path: string): boolean {
    return this.#readByCompose.has(path);
  }

  async readForCompose(path: string, at: Place, longest?: number): Promise<CheckoutFile> {
    this.#readByCompose.add(path);
    return this.read(path, at, longest);
  }

  /** A file that is there, read once. */
  async read(path: string, at: Place, longest = mostBytes): Promise<CheckoutFile> {
    const known = this.#files.get(path);
    if (known !== undefined && known.content.length <= longest) return known;
    const real = await this.#real(path, at);
    if (real === undefined) throw refusal(at, `names ${shown(path)}, which is not in the checkout; add it`);
    if (known === undefined && this.#files.size >= mostFiles) {
      throw refusal(
        at,
        `needs more than 2,000 files of the checkout, ${shown(path)} among them; name smaller folders`,
      );
    }
    // What the name leads to may have been swapped since it was looked at: the open must neither follow nor wait.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(real, flags).catch((cause) => {
      throw unreadable(at, path, cause);
    });
    try {
      return await this.#take(path, handle, at, longest);
    } finally {
      await handle.close();
    }
  }

  async #take(path: string, handle: FileHandle, at: Place, longest: number): Promise<CheckoutFile> {
    const found = await handle.stat();
    if (!found.isFile()) throw refusal(at, `names ${shown(path)}, which is not a file; name a file`);
    if (found.size > longest && longest < mostBytes) {
      throw refusal(
        at,
        `names ${shown(path)}, which is larger than ${longest / 1024 / 1024} MiB; make it smaller`,
      );
    }
    if (this.#bytes + found.size > mostBytes) {
      throw refusal(
        at,
        `needs more than 50 MiB of the checkout, ${shown(path)} among it; name smaller files`,
      );
    }
    const content = Buffer.alloc(found.size);
    const { bytesRead } = await handle.read(content, 0, found.size, 0);
    if (bytesRead !== found.size)
      throw refusal(at, `names ${shown(path)}, which changed while it was read; try again`);
    const file = { path, content, executable: (found.mode & 0o111) !== 0 };
    this.#files.set(path, file);
    this.#bytes += content.length;
    return file;
  }

  /**
   * Every file below a folder that is there, in the order of the paths. Empty folders are not seen, as Git does not
   * see them; neither is `.git`, because the job's token can stand in it.
   */
  async readTree(folder: string, at: Place): Promise<CheckoutFile[]> {
    const paths: string[] = [];
    const walk = async (path: string, above: readonly string[]): Promise<void> => {
      const real = await this.#real(path, at);
      if (real === undefined)
        throw refusal(at, `names ${shown(path)}, which leads nowhere; take the link out`);
      if (above.includes(real) || above.length > deepestFolder) {
        throw refusal(
          at,
          `names ${shown(folder)}, where ${shown(path)} leads round in a circle; take the link out`,
        );
      }
      const entries = await readdir(real, { withFileTypes: true }).catch((cause) => {
        throw unreadable(at, path, cause);
      });
      for (const entry of entries) {
        if (entry.name === '.git') continue;
        const inner = posix.join(path, entry.name);
        const kind = entry.isDirectory() ? 'directory' : entry.isFile() ? 'file' : await this.look(inner, at);
        if (kind === 'directory') await walk(inner, [...above, real]);
        else if (kind === 'file') paths.push(inner);
        else
          throw refusal(at, `names ${shown(folder)}, where ${shown(inner)} leads nowhere; take the link out`);
        if (paths.length > mostFiles) {
          throw refusal(
            at,
            `names ${shown(folder)}, which holds more than 2,000 files; name a smaller folder`,
          );
        }
      }
    };
    await walk(folder, []);
    const files: CheckoutFile[] = [];
    for (const path of paths.sort(byCodeUnits)) files.push(await this.read(path, at));
    return files;
  }

  /** Where a path leads when its links are followed. */
  async #real(path: string, at: Place): Promise<string | undefined> {
    if (path.includes('\0')) throw refusal(at, 'names a path with a NUL in it; take it out');
    let real: string;
    try {
      real = await realpath(join(this.#root, path));
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw unreadable(at, path, cause);
    }
    const inRoot = relative(this.#root, real).split(sep).join('/');
    if (isAbsolute(inRoot) || leadsOut(inRoot)) {
      throw refusal(
        at,
        `names ${shown(path)}, a link that leads out of the checkout; put the file itself there`,
      );
    }
    if (inRoot.split('/').includes('.git')) {
      throw refusal(at, `names ${shown(path)}, which is Git's own and can hold the job's token; take it out`);
    }
    return real;
  }
}

export function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function leadsOut(path: string): boolean {
  return path === '..' || path.startsWith('../');
}

function unreadable(at: Place, path: string, cause: unknown): ComposeSourceError {
  const { code } = cause as NodeJS.ErrnoException;
  return refusal(at, `names ${shown(path)}, which cannot be read (${code}); correct it or take it out`, {
    cause,
  });
}

function outside(at: Place, given: string): ComposeSourceError {
  return refusal(
    at,
    `names ${shown(given)}, which lies outside the checkout; move it into the repository, or write its absolute path on the server`,
  );
}
