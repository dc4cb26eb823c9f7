import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './test-tools-cache.ts';
import { aptInstall, aptProvide } from './test-tools-debian.ts';
import { run } from './test-tools-run.ts';

// Pinned, so that the cache's key tells what is in it and a new release never surprises a test run.
const versions = {
  moby: 'v2.0.0-beta.24',
  containerd: 'v2.4.2',
  runc: 'v1.5.2',
};

async function goInstall(folder: string, module: string, flags: readonly string[] = []): Promise<void> {
  const env = {
    ...process.env,
    GOBIN: join(folder, 'bin'),
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=mod',
    CGO_ENABLED: '1',
    // The module cache would be read-only files inside a folder that is to be removed.
    GOMODCACHE: process.env.GOMODCACHE ?? '',
  };
  if (env.GOMODCACHE === '') delete (env as NodeJS.ProcessEnv).GOMODCACHE;
  // A build of minutes must not take the processors from tests that measure.
  await run('nice', ['-n', '19', 'go', 'install', '-trimpath', ...flags, module], {
    env,
    cwd: folder,
    timeoutMs: 1_800_000,
  });
}

/**
 * The newest Engine, built from Go modules; about six minutes on two cores the first time.
 * @returns The folder of dockerd, docker-proxy, containerd, its shim and runc.
 */
export async function provideNewestEngine(): Promise<string> {
  const key = `engine-moby-${versions.moby}-containerd-${versions.containerd}-runc-${versions.runc}`;
  const folder = await cached(key, async (into) => {
    await aptProvide({ gcc: 'gcc', iptables: 'iptables', 'pkg-config': 'pkg-config', 'tini-static': 'tini' });
    await aptInstall(['libseccomp-dev']);
    await mkdir(join(into, 'bin'), { recursive: true });
    await symlink('/usr/bin/tini-static', join(into, 'bin/docker-init'));
    await goInstall(into, `github.com/opencontainers/runc@${versions.runc}`, ['-tags', 'seccomp']);
    await goInstall(into, `github.com/containerd/containerd/v2/cmd/containerd@${versions.containerd}`);
    await goInstall(
      into,
      `github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2@${versions.containerd}`,
    );
    await goInstall(into, `github.com/moby/moby/v2/cmd/docker-proxy@${versions.moby}`);
    // Without this the Engine says that its version is "library-import".
    const version = `github.com/moby/moby/v2/dockerversion.Version=${versions.moby.slice(1)}`;
    await goInstall(into, `github.com/moby/moby/v2/cmd/dockerd@${versions.moby}`, [
      '-ldflags',
      `-X ${version}`,
    ]);
  });
  return join(folder, 'bin');
}
