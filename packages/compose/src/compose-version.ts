import { ComposeError, reasonIn } from './compose-error.ts';
import type { ProgramRunner } from './program-runner.ts';

export interface ComposeVersion {
  /** As it names itself: `2.26.1-4`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The oldest that works. `--env-file` more than once came with 2.17, `include` and `--progress` with 2.20; but 2.25
 * prints a wrong `config --format json`, which is what a release is made from, and 2.26 mended it.
 */
const LEAST = { major: 2, minor: 26 };
const ADVICE = `install the Docker Compose plugin ${LEAST.major}.${LEAST.minor} or later there (the package docker-compose-plugin from Docker's repository, or docker-compose-v2 on Ubuntu)`;

/**
 * @param docker the command line up to `compose`
 * @throws ComposeError when there is none that works, with what to install
 */
export async function composeVersion(
  programs: ProgramRunner,
  docker: readonly string[],
  timeoutMs: number,
): Promise<ComposeVersion> {
  const asked = await programs.exec([...docker, 'compose', 'version', '--short'], { timeoutMs });
  if (asked.code !== 0) throw await missing(programs, asked, timeoutMs);
  const version = parseVersion(asked.stdout);
  if (version === undefined) {
    // A build of one's own says "dev".
    throw new ComposeError(`Docker Compose on the server does not tell its version: ${ADVICE}.`);
  }
  const isOld = version.major < LEAST.major || (version.major === LEAST.major && version.minor < LEAST.minor);
  if (isOld)
    throw new ComposeError(`Docker Compose on the server is ${version.text}, which is too old: ${ADVICE}.`);
  return version;
}

/** The last line that is a version: the login shell may have printed something before. */
export function parseVersion(stdout: string): ComposeVersion | undefined {
  const [found] = [...stdout.matchAll(/^v?((\d+)\.(\d+)\.(\d+)\S*)\s*$/gm)].slice(-1);
  if (found === undefined) return undefined;
  const [, text = '', major, minor, patch] = found;
  return { text, major: Number(major), minor: Number(minor), patch: Number(patch) };
}

async function missing(
  programs: ProgramRunner,
  asked: { code: number | undefined; stderr: string },
  timeoutMs: number,
): Promise<ComposeError> {
  const reason = reasonIn(asked.stderr);
  if (asked.code === 127) {
    return new ComposeError(
      `The program docker was not found on the server, or is not on the PATH of the deploy user: ${ADVICE}, and with it Docker's command line (docker-ce-cli, or docker.io on Debian and Ubuntu).`,
      { reason },
    );
  }
  const old = await programs.exec(['docker-compose', 'version', '--short'], { timeoutMs });
  const version = old.code === 0 ? parseVersion(old.stdout) : undefined;
  if (version !== undefined) {
    return new ComposeError(
      version.major >= 2
        ? `Docker Compose ${version.text} is on the server as the program docker-compose but not as the plugin "docker compose", which is what a release uses: ${ADVICE}.`
        : `The server has docker-compose ${version.text} only, which is Compose v1 and no longer maintained: ${ADVICE}.`,
      { reason },
    );
  }
  return new ComposeError(`The server has no "docker compose": ${ADVICE}.`, { reason });
}
