import { posix } from 'node:path';
import {
  type ComposeSource,
  lineOf,
  parseResolvedProject,
  type ResolvedProject,
  writeVariablesFile,
} from '#compose';
import { ExplainedError } from '#explained-error';
import type { StackGround, StackJob, StackReading } from './stack-context.ts';
import type { StackDeployRequest } from './stack-request.ts';

export class StackSourceError extends ExplainedError {
  override readonly name = 'StackSourceError';
}

/** The user's project as the server's own Compose understands it. */
export interface ResolvedSource {
  readonly project: ResolvedProject;
  /** Where the files of the checkout lay while they were read. */
  readonly sourceFolder: string;
  /** Where each path of the checkout that a container sees is to lie, by the path that Compose has resolved. */
  readonly movedPaths: ReadonlyMap<string, string>;
  /** The server's folder for relative paths that the checkout does not have. */
  readonly dataFolder: string | undefined;
}

/**
 * Lets the server's Compose read the project, and puts what containers see of the checkout into place. What was only
 * needed for reading, values of variables among it, is gone afterwards.
 */
export async function resolveSource(
  job: StackReading,
  ground: Pick<StackGround, 'compose' | 'state'>,
  request: StackDeployRequest,
  id: string,
): Promise<ResolvedSource> {
  const { source } = request;
  const { files: remote } = job.server;
  const top = job.files.sourceOf(id);
  const directory = posix.join(top, source.projectDirectory);
  try {
    const read = source.files.filter(({ isReadByCompose }) => isReadByCompose);
    await writeAll(
      job,
      read.map(({ path, content }) => [posix.join(directory, path), content, 0o600] as const),
    );
    const variables = posix.join(top, 'switchyard-variables.env');
    await remote.makeDirectory(top, 0o700);
    await remote.write(variables, writeVariablesFile(request.variables), 0o600);
    const text = await ground.compose.resolve({
      projectName: request.app,
      projectDirectory: directory,
      files: source.composeFiles.map((path) => posix.join(directory, path)),
      // First, so that env files see them, and last, so that they win.
      envFiles: [variables, ...source.envFiles.map((path) => posix.join(directory, path)), variables],
      profiles: request.profiles,
    });
    const dataFolder = await dataFolderOf(job, ground, source);
    const moved = new Map<string, string>();
    for (const { path, sha256 } of source.mounted) {
      moved.set(posix.join(directory, path), job.files.mounted(sha256, posix.basename(path)));
    }
    for (const { path, use } of source.absent) {
      if (use === 'bind' && dataFolder !== undefined) {
        moved.set(posix.join(directory, path), posix.join(dataFolder, path));
      }
    }
    const project = withSecurityProfiles(parseResolvedProject(text), directory, moved);
    refuseFolderVolumes(source, project, top);
    return { project, sourceFolder: top, movedPaths: moved, dataFolder };
  } finally {
    await remote.remove(job.files.folderOf(id));
  }
}

/** Compose reads a seccomp profile as it starts a container, from a path that it leaves as it is written. */
function withSecurityProfiles(
  project: ResolvedProject,
  directory: string,
  moved: ReadonlyMap<string, string>,
): ResolvedProject {
  const services = Object.entries(project.services).map(([name, service]) => {
    const { security_opt: options } = service;
    if (!Array.isArray(options)) return [name, service] as const;
    const placed = options.map((option: unknown) => {
      const [, before = '', path = ''] = /^(seccomp[:=])(.+)$/.exec(String(option)) ?? [];
      const place = moved.get(posix.join(directory, path));
      return place === undefined ? option : `${before}${place}`;
    });
    return [name, { ...service, security_opt: placed }] as const;
  });
  return { ...project, services: Object.fromEntries(services) };
}

/**
 * A volume that is a folder of the checkout would be another one with each release.
 *
 * @throws StackSourceError
 */
function refuseFolderVolumes(source: ComposeSource, project: ResolvedProject, top: string): void {
  for (const [name, volume] of Object.entries(project.volumes ?? {})) {
    const { driver_opts: options } = (volume ?? {}) as { driver_opts?: { device?: unknown } };
    if (typeof options?.device !== 'string' || !options.device.startsWith(`${top}/`)) continue;
    const place = lineOf(source, ['volumes', name]);
    throw new StackSourceError(
      `${place ? `${place.file}:${place.line}: ` : ''}the volume ${name} is a folder of the checkout, which is another one with each release; write an absolute path of the server, or mount the folder in the service.`,
    );
  }
}

/** Files and folders of the checkout that containers see, each at the place that its content names. */
export async function placeMounted(job: StackJob, source: ComposeSource): Promise<void> {
  const content = new Map(source.files.map((file) => [file.path, file]));
  for (const { path, kind, sha256, files } of source.mounted) {
    const target = job.files.mounted(sha256, posix.basename(path));
    // By content: what is there is right. A folder that was cut short is not, so its files are written in any case.
    if (kind === 'file' && (await job.server.files.stat(target))) continue;
    await writeAll(
      job,
      files.map((file) => {
        const found = content.get(file);
        if (!found) throw new Error(`${file} was not read`);
        const place = kind === 'file' ? target : posix.join(target, posix.relative(path, file));
        // Users inside of containers have to read them; nobody else gets through the folder above.
        return [place, found.content, found.executable ? 0o755 : 0o644] as const;
      }),
      // As the files: the app's own folder above lets nobody else through.
      0o755,
    );
  }
}

async function writeAll(
  { server }: Pick<StackJob, 'server'>,
  files: readonly (readonly [path: string, content: Uint8Array, mode: number])[],
  folderMode = 0o700,
): Promise<void> {
  const folders = new Set(files.map(([path]) => posix.dirname(path)));
  for (const folder of folders) await server.files.makeDirectory(folder, folderMode);
  await Promise.all(files.map(([path, content, mode]) => server.files.write(path, content, mode)));
}

/**
 * Relative paths that the checkout does not have, such as `./data`, mean a folder that lives on the server: the one
 * beside the files of the stack that runs there.
 *
 * @throws StackSourceError when there is none
 */
async function dataFolderOf(
  { server }: StackReading,
  { state }: Pick<StackGround, 'state'>,
  { absent }: ComposeSource,
): Promise<string | undefined> {
  const known =
    state.live?.dataFolder ??
    state.containers.find(({ color, role }) => color === undefined && role === undefined)?.workingDirectory;
  for (const { use, path, service, file, line, required } of absent) {
    if (!required) continue;
    if (use === 'bind' && known !== undefined && (await server.files.stat(posix.join(known, path)))) continue;
    const where = `${file}:${line}`;
    throw new StackSourceError(
      use === 'bind'
        ? `${where}: ${service} mounts ${path}, which neither the checkout has nor the folder of a stack that runs on the server; write a named volume or an absolute path of the server instead.`
        : `${where}: ${service} needs the file ${path}, which is not in the checkout; add it, or write it in a step before this one.`,
    );
  }
  return known;
}
