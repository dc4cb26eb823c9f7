import { ComposeError, reasonIn } from './compose-error.ts';
import { type ComposeVersion, composeVersion } from './compose-version.ts';
import type { ProgramRunner, RunOptions } from './program-runner.ts';
import type { ResolvedProject } from './resolved-project.ts';
import { replicasOf, scaleOptions } from './stack-scale.ts';

/** The files of a stack as their owner gave them, on the server. */
export interface ProjectOnServer {
  readonly projectName: string;
  readonly projectDirectory: string;
  readonly files: readonly string[];
  /** None: Compose reads `.env` in the project directory, if there is one. */
  readonly envFiles?: readonly string[];
  readonly profiles?: readonly string[];
}

/** A released file on the server, and what it says. It names its project and needs no variables. */
export interface ReleasedFile {
  readonly path: string;
  readonly project: ResolvedProject;
}

/** How many containers each service has, running or not, one-off ones not counted; absent is 0. */
export type ContainerCounts = ReadonlyMap<string, number>;

export type ComposeOptions = Pick<RunOptions, 'timeoutMs' | 'signal' | 'onOutput'>;

const QUICK_MS = 60_000;
const CREATE_MS = 3 * 60_000;
/** An image may have to be pulled, and a database to become healthy. */
const START_MS = 15 * 60_000;
const MAX_MODEL_BYTES = 16 * 1024 * 1024;

/**
 * Variables by which a login environment changes what Compose or Docker's command line do. DOCKER_CONFIG is not one
 * of them: the plugin itself and the registries' credentials may be in that folder.
 */
const strayVariables = [
  ...['COMPOSE_ANSI', 'COMPOSE_COMPATIBILITY', 'COMPOSE_CONVERT_WINDOWS_PATHS', 'COMPOSE_DISABLE_ENV_FILE'],
  ...['COMPOSE_ENV_FILES', 'COMPOSE_EXPERIMENTAL', 'COMPOSE_FILE', 'COMPOSE_IGNORE_ORPHANS', 'COMPOSE_MENU'],
  ...['COMPOSE_PARALLEL_LIMIT', 'COMPOSE_PATH_SEPARATOR', 'COMPOSE_PROFILES', 'COMPOSE_PROGRESS'],
  ...['COMPOSE_PROJECT_NAME', 'COMPOSE_REMOVE_ORPHANS', 'COMPOSE_STATUS_STDOUT'],
  ...['DOCKER_API_VERSION', 'DOCKER_CERT_PATH', 'DOCKER_CONTEXT', 'DOCKER_CUSTOM_HEADERS'],
  ...['DOCKER_DEFAULT_PLATFORM', 'DOCKER_HOST', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY'],
];

/**
 * Docker Compose on the server. Nothing secret is on a command line: values are in the files it is pointed at.
 *
 * Containers are made without `--no-deps`, although their dependencies are to be left alone: before 2.29 Compose counts
 * `depends_on` in a container's config hash, and `--no-deps` takes it away, so that a later `docker compose up -d` would
 * replace the container. Instead every dependency is given the scale that it has.
 */
export class ComposeCommand {
  readonly #programs: ProgramRunner;
  readonly #docker: readonly string[];

  /** @param engineSocket path of the Engine's Unix socket on the server */
  constructor(programs: ProgramRunner, engineSocket: string) {
    this.#programs = programs;
    this.#docker = [
      'env',
      ...strayVariables.flatMap((name) => ['-u', name]),
      ...['docker', '--host', `unix://${engineSocket}`],
    ];
  }

  /** @throws ComposeError when Compose is missing or too old, with what to install */
  version(): Promise<ComposeVersion> {
    return composeVersion(this.#programs, this.#docker, QUICK_MS);
  }

  /** The whole project as JSON: merged, interpolated, every path absolute; `$` is doubled, as in a Compose file. */
  async resolve(source: ProjectOnServer, options: ComposeOptions = {}): Promise<string> {
    const argv = [
      ...['--project-name', source.projectName, '--project-directory', source.projectDirectory],
      ...source.files.flatMap((file) => ['--file', file]),
      ...(source.envFiles ?? []).flatMap((file) => ['--env-file', file]),
      ...(source.profiles ?? []).flatMap((profile) => ['--profile', profile]),
      ...['config', '--format', 'json'],
    ];
    const stdout = await this.#run('resolve the Compose files', argv, {
      timeoutMs: QUICK_MS,
      ...options,
      maxOutputBytes: MAX_MODEL_BYTES,
    });
    // The login shell may have printed something before.
    const start = /^\{/m.exec(stdout)?.index;
    if (start === undefined) {
      throw new ComposeError('Docker Compose printed no JSON when asked to resolve the Compose files.');
    }
    return stdout.slice(start);
  }

  /** @throws ComposeError when Compose does not accept the file */
  async validate(file: string, options: ComposeOptions = {}): Promise<void> {
    const argv = [...released(file), 'config', '--quiet'];
    await this.#run(`check ${file}`, argv, { timeoutMs: QUICK_MS, ...options });
  }

  /** The hash that Compose gives to a container of each service, its label com.docker.compose.config-hash. */
  async hashes(file: string, options: ComposeOptions = {}): Promise<Map<string, string>> {
    const argv = [...released(file), 'config', '--hash', '*'];
    const stdout = await this.#run(`hash the services of ${file}`, argv, { timeoutMs: QUICK_MS, ...options });
    return new Map(
      [...stdout.matchAll(/^(\S+) ([0-9a-f]{64})$/gm)].map(([, service = '', hash = '']) => [service, hash]),
    );
  }

  /**
   * Creates, without starting, as many further containers of each service as it has replicas. No container that is
   * there is touched. The images must be on the server.
   */
  async createCandidates(
    file: ReleasedFile,
    services: readonly string[],
    existing: ContainerCounts,
    options: ComposeOptions = {},
  ): Promise<void> {
    if (services.length === 0) return;
    const count = (name: string) =>
      countOf(existing, name) + (services.includes(name) ? replicasOf(file.project.services[name]) : 0);
    const argv = [
      ...[...released(file.path), 'up', '--no-start', '--no-recreate', '--no-build', '--pull', 'never'],
      ...scaleOptions(file.project, services, count),
      ...services,
    ];
    await this.#run(`create containers of ${listed(services)}`, argv, { timeoutMs: CREATE_MS, ...options });
  }

  /**
   * Starts what is absent or stopped and leaves alone what runs, whatever the file says of it now. Waits, as Compose
   * does, for the conditions of `depends_on` among these services.
   */
  async startKept(
    file: ReleasedFile,
    services: readonly string[],
    existing: ContainerCounts,
    options: ComposeOptions = {},
  ): Promise<void> {
    if (services.length === 0) return;
    const count = (name: string) =>
      countOf(existing, name) || (services.includes(name) ? replicasOf(file.project.services[name]) : 0);
    const up = [...released(file.path), 'up', '--no-recreate', '--no-build', '--quiet-pull'];
    const purpose = `start ${listed(services)}`;
    const limit = { timeoutMs: START_MS, ...options };
    // Created first, with their dependencies in sight, for the sake of the hash; then started without them.
    const scaled = scaleOptions(file.project, services, count);
    await this.#run(purpose, [...up, '--no-start', ...scaled, ...services], limit);
    const own = services.flatMap((service) => ['--scale', `${service}=${count(service)}`]);
    await this.#run(purpose, [...up, '--detach', '--no-deps', ...own, ...services], limit);
  }

  /**
   * Creates and starts these services, and replaces those that differ from the file, each with a gap.
   *
   * @param services must not have `depends_on`
   */
  async upSwitches(
    file: ReleasedFile,
    services: readonly string[],
    options: ComposeOptions = {},
  ): Promise<void> {
    await this.#bringUp(file, services, '--detach', options);
  }

  /** Creates these services without starting them, while something else still holds their addresses. */
  async createSwitches(
    file: ReleasedFile,
    services: readonly string[],
    options: ComposeOptions = {},
  ): Promise<void> {
    await this.#bringUp(file, services, '--no-start', options);
  }

  async #bringUp(
    file: ReleasedFile,
    services: readonly string[],
    how: '--detach' | '--no-start',
    options: ComposeOptions,
  ): Promise<void> {
    if (services.length === 0) return;
    const dependent = services.find(
      (name) => Object.keys(file.project.services[name]?.depends_on ?? {}).length > 0,
    );
    if (dependent !== undefined) throw new TypeError(`The service ${dependent} must not have depends_on.`);
    const argv = [
      ...[...released(file.path), 'up', how, '--no-deps', '--no-build', '--pull', 'never'],
      ...services,
    ];
    await this.#run(`start ${listed(services)}`, argv, { timeoutMs: CREATE_MS, ...options });
  }

  async #run(purpose: string, argv: readonly string[], options: RunOptions): Promise<string> {
    const command = [...this.#docker, 'compose', '--ansi', 'never', '--progress', 'plain', ...argv];
    let ended: Awaited<ReturnType<ProgramRunner['exec']>>;
    try {
      ended = await this.#programs.exec(command, options);
    } catch (error) {
      // What runs programs knows the command by its first word only, which is `env`.
      if (!(error instanceof Error) || error.name !== 'CommandTimeoutError') throw error;
      throw new ComposeError(
        `Docker Compose did not ${purpose} within ${(options.timeoutMs ?? 0) / 1000} s; it may still be at it on the server.`,
        { cause: error },
      );
    }
    if (ended.code === 0) return ended.stdout;
    const reason = reasonIn(ended.stderr);
    const told = reason === '' ? `it ended with code ${ended.code ?? 'unknown'} and gave no reason` : reason;
    throw new ComposeError(
      `Docker Compose could not ${purpose} on the server: ${/[.!?]$/.test(told) ? told : `${told}.`}`,
      { reason },
    );
  }
}

/** Which profiles are on was decided when the stack was resolved: what is in a released file, counts. */
function released(path: string): readonly string[] {
  return ['--file', path, '--profile', '*'];
}

function countOf(counts: ContainerCounts, service: string): number {
  return counts.get(service) ?? 0;
}

function listed(services: readonly string[]): string {
  return services.join(', ');
}
