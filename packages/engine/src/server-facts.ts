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
  return {
    architecture: imageArchitecture(version.Arch ?? info.Architecture ?? 'unknown'),
    os: version.Os ?? info.OSType ?? 'unknown',
    rootless: (info.SecurityOptions ?? []).some((option) => option.split(',').includes('name=rootless')),
    containerdImageStore: (info.DriverStatus ?? []).some(
      ([name, value]) => name === 'driver-type' && (value ?? '').startsWith('io.containerd.snapshotter.'),
    ),
    loggingDriver: info.LoggingDriver || 'json-file',
    dockerRootDir: info.DockerRootDir?.startsWith('/') ? info.DockerRootDir : undefined,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    swarmActive: info.Swarm?.LocalNodeState === 'active',
  };
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
  const os = image.Os || server.os;
  const architecture = image.Architecture || server.architecture;
  const family: Record<string, readonly string[]> = { amd64: ['386'], arm64: ['arm'] };
  const runs =
    architecture === server.architecture || (family[server.architecture] ?? []).includes(architecture);
  if (os === server.os && runs) return undefined;
  const variant = image.Variant ? `/${image.Variant}` : '';
  return `The image ${reference} is built for ${os}/${architecture}${variant}, but the server is ${server.os}/${server.architecture}: build the image for ${server.os}/${server.architecture}.`;
}
