import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { byCodeUnits, Checkout, type CheckoutFile } from './checkout.ts';
import { ComposeSourceError, type Place, shown } from './compose-errors.ts';
import { type ComposeTree, ComposeTreeReader, type NamedPath, readEnvironment } from './compose-tree.ts';
import { type PathUse, type RelativePath, relativePaths } from './named-paths.ts';

export interface SourceRequest {
  /** The folder of the checkout. */
  readonly workspace: string;
  /** Paths in it, in the order in which Compose merges them; at least one. */
  readonly composeFiles: readonly string[];
  /** Without any, `.env` beside the first Compose file is taken where it is there. */
  readonly envFiles: readonly string[];
  /** Given otherwise; they go before all that env files set, as the environment does for Compose. */
  readonly variables?: ReadonlyMap<string, string>;
}

/** A file of the checkout that the stack needs. */
export interface SourceFile {
  /** From the project directory, with forward slashes; it may begin with `../`, but stays in the checkout. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
  /** Compose reads it as it resolves the stack; containers may see it too. Others are only seen by containers. */
  readonly isReadByCompose: boolean;
}

/** A file or a folder of the checkout that containers see. */
export interface MountedPath {
  /** From the project directory. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /**
   * Of a plain file's content, as `sha256sum` prints it; of an executable file's or a folder's modes, paths and
   * contents.
   */
  readonly sha256: string;
  /** The paths of its files among `files`, sorted. */
  readonly files: readonly string[];
}

/** A relative path of the Compose files that the checkout does not have. */
export interface AbsentPath extends Place {
  readonly use: PathUse;
  /** The service that names it; of a secret or a config, its own name. */
  readonly service: string;
  /** From the project directory. */
  readonly path: string;
  /** False for an `env_file` that says so. */
  readonly required: boolean;
}

/** The user's Compose files and all of the checkout that the server needs to resolve and start them. */
export interface ComposeSource {
  /** The folder of the first Compose file in the checkout, `.` for the checkout itself. */
  readonly projectDirectory: string;
  readonly files: readonly SourceFile[];
  /** From the project directory, in order, as are the env files. */
  readonly composeFiles: readonly string[];
  readonly envFiles: readonly string[];
  readonly mounted: readonly MountedPath[];
  readonly absent: readonly AbsentPath[];
  /** What the files say, for lineOf and builtServices. */
  readonly tree: ComposeTree;
}

/**
 * Reads the user's Compose files from the checkout and follows what they name there.
 *
 * @throws ComposeSourceError one sentence with file and line
 */
export async function readComposeSource(request: SourceRequest): Promise<ComposeSource> {
  const checkout = await Checkout.open(request.workspace);
  const composeFiles = await givenFiles(checkout, request.composeFiles, 'Compose file');
  const [first] = composeFiles;
  if (first === undefined)
    throw new ComposeSourceError('No Compose file is given; name one of the repository.');
  const folder = posix.dirname(first.path);
  const envFiles = await givenFiles(checkout, request.envFiles, 'env file');
  if (request.envFiles.length === 0) {
    const beside = { path: posix.join(folder, '.env'), at: { file: posix.join(folder, '.env'), line: 1 } };
    if ((await checkout.look(beside.path, beside.at)) === 'file') envFiles.push(beside);
  }
  const lookup = await readEnvironment(checkout, envFiles, (name) => request.variables?.get(name));
  const tree = await new ComposeTreeReader(checkout).read({ files: composeFiles, folder, lookup });

  const local = (path: string) => posix.relative(folder, path) || '.';
  const mounted = new Map<string, MountedPath>();
  const absent: AbsentPath[] = [];
  const join = (from: string, text: string, at: Place) => checkout.join(from, text, at);
  for (const named of relativePaths(tree, join)) {
    const found = await checkout.look(named.path, named.at);
    if (found === undefined) absent.push(missing(named, local));
    else if (named.use === 'env_file') await checkout.readForCompose(named.path, named.at);
    else if (!mounted.has(named.path)) {
      const files =
        found === 'file'
          ? [await checkout.read(named.path, named.at)]
          : await checkout.readTree(named.path, named.at);
      mounted.set(named.path, {
        path: local(named.path),
        kind: found,
        sha256: digest(found, named.path, files),
        files: files.map(({ path }) => local(path)),
      });
    }
  }
  return {
    projectDirectory: folder,
    files: checkout.files.map((file) => ({
      ...file,
      path: local(file.path),
      isReadByCompose: checkout.isReadByCompose(file.path),
    })),
    composeFiles: composeFiles.map(({ path }) => local(path)),
    envFiles: envFiles.map(({ path }) => local(path)),
    mounted: [...mounted.values()].sort((one, other) => byCodeUnits(one.path, other.path)),
    absent,
    tree,
  };
}

async function givenFiles(checkout: Checkout, given: readonly string[], what: string): Promise<NamedPath[]> {
  const named: NamedPath[] = [];
  for (const one of given) {
    const path = checkout.inside(one);
    const at = { file: path, line: 1 };
    const found = await checkout.look(path, at);
    if (found === undefined) {
      throw new ComposeSourceError(
        `The ${what} ${shown(path)} is not in the checkout; correct its path, or check the repository out before this step.`,
      );
    }
    if (found === 'directory') {
      throw new ComposeSourceError(`The ${what} ${shown(path)} is a folder; name the file in it.`);
    }
    named.push({ path, at });
  }
  return named;
}

function missing(named: RelativePath, local: (path: string) => string): AbsentPath {
  const { use, owner, required, at } = named;
  return { use, service: owner, path: local(named.path), required, ...at };
}

function digest(kind: 'file' | 'directory', path: string, files: readonly CheckoutFile[]): string {
  const [only] = files;
  if (kind === 'file' && only !== undefined && !only.executable) return sha256(only.content);
  const hash = createHash('sha256');
  for (const file of files) {
    const mode = file.executable ? 'executable' : 'plain';
    hash.update(`${mode} ${sha256(file.content)} ${posix.relative(path, file.path)}\0`);
  }
  return hash.digest('hex');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
