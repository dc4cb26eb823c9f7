// The tools that tests need and a machine may lack, kept in a cache folder outside the checkout.
//   node scripts/test-tools.ts            lists them
//   node scripts/test-tools.ts NAME...    provides them and prints where each one is
import { chmod, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, distribution } from './test-tools-cache.ts';
import { aptProvide, programPath, unpackDebian } from './test-tools-debian.ts';
import { provideNewestEngine } from './test-tools-go.ts';

/** An Engine beside the system: programs first on PATH, and a DOCKER_CONFIG that has the CLI's plug-ins. */
export interface EngineTools {
  path: string;
  dockerConfig: string | undefined;
}

export type EngineGeneration = '20.10' | '26' | 'newest';

/** Why this machine cannot have a tool, whatever it does: not a fault, but a reason to skip. */
export class ToolUnavailable extends Error {
  override readonly name = 'ToolUnavailable';
}

/**
 * Provides the programs of an Engine of one generation. Needs root: packages that cannot live beside the
 * system (runc, iptables) are installed. Seconds for the packaged ones, about six minutes for `newest`.
 * @throws ToolUnavailable with one sentence where this machine cannot have it.
 */
export async function provideEngine(generation: EngineGeneration): Promise<EngineTools> {
  if (process.getuid?.() !== 0) throw new ToolUnavailable(`Engine ${generation} needs root to run.`);
  if (generation === 'newest' && programPath('go') === undefined) {
    throw new ToolUnavailable(
      'Go is missing, so the newest Engine cannot be built; install Go 1.26 or later.',
    );
  }
  if (generation === 'newest') return { path: await provideNewestEngine(), dockerConfig: undefined };
  const { id, codename, name } = distribution();
  if (id !== 'debian' || codename !== 'bookworm') {
    throw new ToolUnavailable(
      `Engine ${generation} is unpacked from Debian packages on Debian 12 only; this is ${name}.`,
    );
  }
  await aptProvide({ runc: 'runc', iptables: 'iptables', 'tini-static': 'tini' });
  const suite = generation === '26' ? 'trixie' : 'bookworm';
  const key = generation === '26' ? 'engine-26.1.5' : 'engine-20.10.24';
  const packages =
    generation === '26'
      ? ['docker.io', 'docker-cli', 'containerd', 'docker-compose', 'docker-buildx']
      : ['docker.io', 'containerd'];
  const folder = await cached(key, async (into) => {
    await unpackDebian(into, codename, suite, packages);
    // Debian's link leads to the dynamic tini; a container FROM scratch needs the static one.
    await rm(join(into, 'usr/bin/docker-init'), { force: true });
    await symlink('/usr/bin/tini-static', join(into, 'usr/bin/docker-init'));
    const plugins = join(into, 'usr/libexec/docker/cli-plugins');
    if (generation !== '26') return;
    await mkdir(join(into, 'docker-config'), { recursive: true });
    await cp(plugins, join(into, 'docker-config/cli-plugins'), { recursive: true });
  });
  return {
    path: `${folder}/usr/sbin:${folder}/usr/bin`,
    dockerConfig: generation === '26' ? join(folder, 'docker-config') : undefined,
  };
}

/** Debian's release of HAProxy by the suite that has it; Debian 12's own is 2.6. */
export type HaproxySuite = 'trixie' | 'forky';

/**
 * Unpacks the HAProxy of another Debian release with all its libraries, to be laid out as an image.
 *
 * @returns The folder that would be the root of that system.
 * @throws ToolUnavailable with one sentence where this machine cannot have it.
 */
export async function provideHaproxy(suite: HaproxySuite): Promise<string> {
  const { id, codename, name } = distribution();
  if (id !== 'debian') {
    throw new ToolUnavailable(`HAProxy of Debian ${suite} is unpacked on Debian only; this is ${name}.`);
  }
  if (process.getuid?.() !== 0) throw new ToolUnavailable(`HAProxy of Debian ${suite} needs root's apt.`);
  return cached(`haproxy-debian-${suite}`, (into) => unpackDebian(into, codename, suite, ['haproxy'], true));
}

/**
 * Unpacks PostgreSQL 15 and Redis 7, which Debian 12 has, with all their libraries, to be laid out as images. Nothing is
 * installed: the packages' own scripts would make a cluster and start servers on the machine.
 *
 * @returns The folder that would be the root of that system.
 * @throws ToolUnavailable with one sentence where this machine cannot have it.
 */
export async function provideDatabases(): Promise<string> {
  const { id, codename, name } = distribution();
  if (id !== 'debian') {
    throw new ToolUnavailable(
      `PostgreSQL and Redis of Debian 12 are unpacked on Debian only; this is ${name}.`,
    );
  }
  if (process.getuid?.() !== 0)
    throw new ToolUnavailable("PostgreSQL and Redis of Debian 12 need root's apt.");
  return cached('databases-debian-bookworm', (into) =>
    unpackDebian(into, codename, 'bookworm', ['postgresql-15', 'postgresql-client-15', 'redis-tools'], true),
  );
}

/**
 * Provides what a rootless Engine needs besides the Engine itself. Needs root.
 * @throws ToolUnavailable with one sentence where this machine cannot have it.
 */
export async function provideRootlessParts(): Promise<void> {
  const { id, name } = distribution();
  if (process.getuid?.() !== 0 || (id !== 'debian' && id !== 'ubuntu')) {
    throw new ToolUnavailable(
      `A rootless Engine's user is made and its parts are installed by root on Debian or Ubuntu only; this is ${name}.`,
    );
  }
  await aptProvide({ rootlesskit: 'rootlesskit', slirp4netns: 'slirp4netns', newuidmap: 'uidmap' });
  // As udev makes it everywhere; where no udev runs, the device is root's alone and no user can have a network.
  await chmod('/dev/net/tun', 0o666).catch(() => undefined);
}

const browsers = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/**
 * Provides a browser to look at pages with, as the path of its program: the one that CHROME_PATH names, one that is
 * installed, or Debian's Chromium.
 *
 * @throws ToolUnavailable with one sentence where this machine cannot have it.
 */
export async function provideBrowser(): Promise<string> {
  const installed = () => browsers.map(programPath).find((path) => path !== undefined);
  const found = process.env.CHROME_PATH || installed();
  if (found) return found;
  const { id, name } = distribution();
  // Ubuntu's package only leads to a snap, which needs a service of its own.
  if (id !== 'debian' || process.getuid?.() !== 0) {
    throw new ToolUnavailable(
      `No browser is installed, and only root on Debian gets one by itself; this is ${name}. Install Chromium or Chrome.`,
    );
  }
  await aptProvide({ chromium: 'chromium' });
  const fresh = installed();
  if (fresh === undefined) throw new Error('The package chromium was installed and has no program chromium.');
  return fresh;
}

const tools: Readonly<Record<string, () => Promise<unknown>>> = {
  'engine-20.10': () => provideEngine('20.10'),
  'engine-26': () => provideEngine('26'),
  'engine-newest': () => provideEngine('newest'),
  'haproxy-trixie': () => provideHaproxy('trixie'),
  'haproxy-forky': () => provideHaproxy('forky'),
  databases: provideDatabases,
  'rootless-parts': provideRootlessParts,
  browser: provideBrowser,
};

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  if (wanted.length === 0) console.log(Object.keys(tools).join('\n'));
  for (const name of wanted) {
    const provide = tools[name];
    if (!provide) throw new Error(`There is no tool ${name}; there are ${Object.keys(tools).join(', ')}.`);
    console.log(name, JSON.stringify(await provide()));
  }
}
