import type { ImageInspect, SystemInfo, SystemVersion } from './docker-types.ts';

export interface ServerFacts {
  /** As images name it: `amd64`, `arm64`, … */
  architecture: string;
  os: string;
  rootless: boolean;
  /** The image store of containerd in place of the classic one (default of new Engine 29 installations). */
  containerdImageStore: boolean;
  /** How containers' logs are kept unless one says otherwise: json-file, local, journald, … */
  loggingDriver: string;
  /** Where images and containers lie on the server's disk. */
  dockerRootDir: string | undefined;
  cpus: number | undefined;
  memoryBytes: number | undefined;
  swarmActive: boolean;
}

/** What decides how a deploy goes, out of GET /info and GET /version. */
export function serverFacts(info: SystemInfo, version: SystemVersion): ServerFacts {
  const root = info.DockerRootDir;
  return {
    architecture: imageArchitecture(word(version.Arch) ?? word(info.Architecture) ?? 'unknown'),
    os: word(version.Os) ?? word(info.OSType) ?? 'unknown',
    rootless: listOf(info.SecurityOptions).some(
      (option) => typeof option === 'string' && option.split(',').includes('name=rootless'),
    ),
    containerdImageStore: listOf(info.DriverStatus).some((row) => {
      const [name, value] = listOf(row);
      const isType = name === 'driver-type' && typeof value === 'string';
      return isType && value.startsWith('io.containerd.snapshotter.');
    }),
    loggingDriver: word(info.LoggingDriver) ?? 'json-file',
    dockerRootDir: typeof root === 'string' && root.startsWith('/') ? root : undefined,
    cpus: count(info.NCPU),
    memoryBytes: count(info.MemTotal),
    swarmActive: info.Swarm?.LocalNodeState === 'active',
  };
}

// The types of an answer are what a real Engine sends; something else may answer in its place.

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w./:+-]{1,100}$/.test(value) ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** The name images use (GOARCH) for what `uname -m` says. */
export function imageArchitecture(machine: string): string {
  const names: Record<string, string> = {
    x86_64: 'amd64',
    aarch64: 'arm64',
    armv7l: 'arm',
    armv6l: 'arm',
    i386: '386',
    i686: '386',
  };
  return names[machine] ?? machine;
}

/**
 * A sentence when the image cannot run on the server, else undefined. 32-bit images run on the 64-bit servers
 * of the same family.
 */
export function platformProblem(
  reference: string,
  image: ImageInspect,
  server: ServerFacts,
): string | undefined {
  const os = word(image.Os) ?? server.os;
  const architecture = word(image.Architecture) ?? server.architecture;
  const family: Record<string, readonly string[]> = { amd64: ['386'], arm64: ['arm'] };
  const runs =
    architecture === server.architecture || (family[server.architecture] ?? []).includes(architecture);
  if (os === server.os && runs) return undefined;
  const named = word(image.Variant);
  const variant = named === undefined ? '' : `/${named}`;
  return `The image ${reference} is built for ${os}/${architecture}${variant}, but the server is ${server.os}/${server.architecture}: build the image for ${server.os}/${server.architecture}.`;
}
