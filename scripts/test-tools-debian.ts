import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locked } from './test-tools-cache.ts';
import { run } from './test-tools-run.ts';

let listsAreFresh = false;

/** Installs packages of the machine's own distribution. Needs root. */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  await locked('apt', async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () =>
      run(
        'apt-get',
        // A test machine must not start services by itself on ports that others use.
        ['-o', 'DPkg::Lock::Timeout=120', '-q', '-y', '--no-install-recommends', 'install', ...packages],
        { env, timeoutMs: 600_000 },
      );
    if (!listsAreFresh) {
      try {
        return void (await install());
      } catch {
        await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-q', 'update'], { env, timeoutMs: 600_000 });
        listsAreFresh = true;
      }
    }
    await install();
  });
}

/** Installs the packages whose program is missing: `{ sshd: 'openssh-server' }`. Paths are looked up in sbin too. */
export async function aptProvide(programs: Readonly<Record<string, string>>): Promise<void> {
  const missing = Object.entries(programs).filter(([program]) => programPath(program) === undefined);
  if (missing.length > 0) await aptInstall([...new Set(missing.map(([, name]) => name))]);
}

/** The absolute path of a program on PATH or in the sbin folders that a plain user's PATH lacks. */
export function programPath(program: string): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
  ];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** Addresses of the archives this machine's apt already uses, for one suite of them. */
async function archives(fromSuite: string): Promise<string[]> {
  const rows = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI)|$(RELEASE)|$(COMPONENT)',
    'Created-By: Packages',
  ]);
  const wanted = rows
    .split('\n')
    .map((row) => row.split('|'))
    .filter(([uri, release, component]) => uri && release === fromSuite && component === 'main')
    .map(([uri]) => uri as string);
  return [...new Set(wanted)];
}

/** Dependencies that a program's libraries come from; the rest of Debian is not unpacked. */
const libraryPackage = /^(?:lib|zlib1g$)/;

/**
 * Downloads Debian packages of a suite, which need not be the machine's, and unpacks them into a folder
 * without installing anything. The archive's address is the one the machine's own apt is set up with.
 *
 * @param withLibraries also every library they depend on, of the same suite
 */
export async function unpackDebian(
  into: string,
  ownSuite: string,
  suite: string,
  packages: readonly string[],
  withLibraries = false,
): Promise<void> {
  const uris = await archives(ownSuite);
  if (uris.length === 0) {
    throw new Error(`apt on this machine has no source for ${ownSuite}, so ${suite} cannot be reached.`);
  }
  const work = join(into, '.apt');
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const sources = join(work, 'sources.list');
  const signed = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const option = existsSync(signed) ? `[signed-by=${signed}] ` : '';
  await writeFile(sources, uris.map((uri) => `deb ${option}${uri} ${suite} main\n`).join(''));
  await writeFile(join(work, 'status'), '');
  const settings = Object.entries({
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::Lists': join(work, 'lists'),
    // What this machine has installed must not count as a version to download.
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': join(work, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await run('apt-get', [...settings, '-q', 'update'], { timeoutMs: 300_000 });
  const wanted = withLibraries ? [...packages, ...(await libraries(settings, packages))] : packages;
  await run('apt-get', [...settings, '-q', 'download', ...wanted], { cwd: work, timeoutMs: 600_000 });
  const files = (await readdir(work)).filter((name) => name.endsWith('.deb')).sort();
  for (const file of files) await run('dpkg', ['-x', join(work, file), into]);
  await writeFile(join(into, 'packages.txt'), `${files.join('\n')}\n`);
  await rm(work, { recursive: true, force: true });
}

async function libraries(settings: readonly string[], packages: readonly string[]): Promise<string[]> {
  const unwanted = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const text = await run('apt-cache', [
    ...settings,
    'depends',
    '--recurse',
    ...unwanted.map((kind) => `--no-${kind}`),
    ...packages,
  ]);
  // Packages stand at the line's start, those that only others provide in <>.
  return text.split('\n').filter((line) => libraryPackage.test(line) && !packages.includes(line));
}
