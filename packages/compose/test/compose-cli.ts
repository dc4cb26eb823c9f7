import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Why Docker Compose cannot be asked here; undefined where it can. It needs no Engine to print a configuration. */
export function missingCompose(): string | undefined {
  try {
    execFileSync('docker', ['compose', 'version'], { encoding: 'utf8', stdio: 'pipe' });
    return undefined;
  } catch {
    return 'Docker Compose is missing; install docker-compose-v2 or docker-compose.';
  }
}

export interface PrintedConfig {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: Readonly<Record<string, string>>;
        readonly volumes?: readonly { readonly type: string; readonly source?: string }[];
        readonly build?: unknown;
        readonly [key: string]: unknown;
      }
    >
  >;
  readonly secrets?: Readonly<Record<string, { readonly file?: string }>>;
  readonly configs?: Readonly<Record<string, { readonly file?: string }>>;
}

/** What Compose makes of files; nothing of this process's environment but PATH and HOME is seen. */
export function composeConfig(
  folder: string,
  files: readonly string[],
  envFiles: readonly string[],
): PrintedConfig {
  const { PATH = '', HOME = '/root', DOCKER_CONFIG } = process.env;
  const printed = execFileSync(
    'docker',
    [
      'compose',
      ...['--project-name', 'test', '--project-directory', folder],
      ...files.flatMap((file) => ['--file', file]),
      ...envFiles.flatMap((file) => ['--env-file', file]),
      ...['config', '--format', 'json'],
    ],
    {
      cwd: dirname(folder),
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH, HOME, ...(DOCKER_CONFIG === undefined ? {} : { DOCKER_CONFIG }) },
    },
  );
  return JSON.parse(printed) as PrintedConfig;
}

/** The variables as Compose reads them from an env file, for its interpolation and for a service. */
export function readByCompose(
  envFile: string,
  names: readonly string[],
): { interpolated: Record<string, string>; environment: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'compose-variables-'));
  try {
    writeFileSync(join(folder, 'variables.env'), envFile);
    const labels = Object.fromEntries(names.map((name, index) => [`l${index}`, `\${${name}}`]));
    const services = { one: { image: 'x', labels }, two: { image: 'x', env_file: 'variables.env' } };
    writeFileSync(join(folder, 'compose.yaml'), JSON.stringify({ services }));
    const printed = composeConfig(folder, [join(folder, 'compose.yaml')], [join(folder, 'variables.env')]);
    const read = printed.services.one?.labels as Record<string, string>;
    return {
      interpolated: Object.fromEntries(
        names.map((name, index) => [name, undoubled(read[`l${index}`] ?? '')]),
      ),
      environment: Object.fromEntries(
        Object.entries(printed.services.two?.environment ?? {}).map(([name, value]) => [
          name,
          undoubled(value),
        ]),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compose prints what can be read again, so every `$` twice. */
export function undoubled(text: string): string {
  return text.replaceAll('$$', '$');
}
