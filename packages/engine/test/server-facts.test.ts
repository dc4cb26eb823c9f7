import { describe, expect, it } from 'vitest';
import type { SystemVersion } from '../src/docker-types.ts';
import { type ImageInspect, platformProblem, type SystemInfo, serverFacts } from '../src/index.ts';

const info: SystemInfo = {
  Architecture: 'x86_64',
  OSType: 'linux',
  DockerRootDir: '/var/lib/docker',
  SecurityOptions: ['name=seccomp,profile=builtin'],
  DriverStatus: [['Backing Filesystem', 'extfs']],
};

describe('facts about the server', () => {
  it('are read from a classic Engine', () => {
    expect(serverFacts(info, { Arch: 'amd64', Os: 'linux' })).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      rootless: false,
      containerdImageStore: false,
      loggingDriver: 'json-file',
      dockerRootDir: '/var/lib/docker',
    });
  });

  it('recognise rootless, the containerd image store, and uname names', () => {
    const facts = serverFacts(
      {
        Architecture: 'aarch64',
        OSType: 'linux',
        SecurityOptions: ['name=seccomp', 'name=rootless'],
        DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
      },
      {},
    );
    expect(facts).toMatchObject({
      architecture: 'arm64',
      rootless: true,
      containerdImageStore: true,
      loggingDriver: 'json-file',
      dockerRootDir: undefined,
    });
  });
});

describe('an answer that no Engine gives', () => {
  it('has none of the facts that are of another type', () => {
    const odd = {
      Architecture: {},
      OSType: 7,
      SecurityOptions: [null, 5, 'name=rootless'],
      DriverStatus: [null, ['driver-type'], ['driver-type', {}], 'x'],
      DockerRootDir: 5,
      LoggingDriver: ['x'],
      NCPU: 'many',
      MemTotal: null,
      Swarm: null,
    } as unknown as SystemInfo;
    expect(serverFacts(odd, { Arch: [], Os: 'linux\n::error::' } as unknown as SystemVersion)).toEqual({
      architecture: 'unknown',
      os: 'unknown',
      rootless: true,
      containerdImageStore: false,
      loggingDriver: 'json-file',
      dockerRootDir: undefined,
      cpus: undefined,
      memoryBytes: undefined,
      swarmActive: false,
    });
    const notLists = { SecurityOptions: {}, DriverStatus: 'x' } as unknown as SystemInfo;
    expect(serverFacts(notLists, {})).toMatchObject({ rootless: false, containerdImageStore: false });
  });

  it('gives an image no platform by an object', () => {
    const image = { Os: {}, Architecture: [], Variant: {} } as unknown as ImageInspect;
    expect(platformProblem('app:1', image, serverFacts(info, {}))).toBeUndefined();
    const arm = { Os: 'linux', Architecture: 'arm', Variant: {} } as unknown as ImageInspect;
    expect(platformProblem('app:1', arm, serverFacts(info, {}))).toMatch(/is built for linux\/arm, but/);
  });
});

describe('image and server platforms', () => {
  const amd64 = serverFacts(info, {});
  const arm64 = serverFacts({ ...info, Architecture: 'aarch64' }, {});
  it.each([
    ['amd64', amd64, true],
    ['386', amd64, true],
    ['arm64', amd64, false],
    ['arm', arm64, true],
    ['amd64', arm64, false],
    ['', amd64, true],
  ])('%s on %o', (Architecture, server, runs) => {
    expect(platformProblem('app:1', { Architecture, Os: 'linux' }, server) === undefined).toBe(runs);
  });

  it('names both', () => {
    expect(platformProblem('app:1', { Architecture: 'arm', Variant: 'v7', Os: 'linux' }, amd64)).toBe(
      'The image app:1 is built for linux/arm/v7, but the server is linux/amd64: build the image for linux/amd64.',
    );
  });
});
