import { describe, expect, it } from 'vitest';
import type { ContainerInspectResponse, ImageInspect } from '../../engine/src/index.ts';
import { appContainer } from '../src/app-container.ts';
import type { AppContainer } from '../src/app-state.ts';
import { parseRelease } from '../src/parse-release.ts';
import { rebuildRelease, wasGivenTraffic } from '../src/rebuild-release.ts';
import type { Release } from '../src/release.ts';
import { aRelease } from './releases.ts';

const image = {
  Config: {
    Env: ['PATH=/usr/bin', 'MODE=development'],
    Cmd: ['serve'],
    User: 'node',
    StopSignal: 'SIGQUIT',
    Labels: { vendor: 'acme', team: 'web' },
  },
} as unknown as ImageInspect;

/** What the Engine answers for a container that was created from a release and the image above. */
function inspectOf(release: Release): ContainerInspectResponse {
  const wanted = appContainer(release, {
    network: 'switchyard-shop',
    address: undefined,
    publishForProbes: false,
    loggingDriver: 'json-file',
  });
  const own = image.Config ?? {};
  const names = new Set(Object.keys(release.config.env));
  return {
    Created: '2026-11-21T03:12:05.123456789Z',
    Image: release.image.id,
    State: { StartedAt: '2026-11-21T03:12:06.5Z' },
    Config: {
      Image: wanted.Image,
      Env: [
        ...(wanted.Env ?? []),
        ...(own.Env ?? []).filter((entry) => !names.has(entry.split('=')[0] ?? '')),
      ],
      Cmd: wanted.Cmd ?? own.Cmd,
      User: wanted.User ?? own.User,
      StopSignal: wanted.StopSignal ?? own.StopSignal,
      StopTimeout: wanted.StopTimeout,
      Labels: { ...own.Labels, ...wanted.Labels },
    },
    HostConfig: { ...wanted.HostConfig, RestartPolicy: { Name: 'unless-stopped' } },
    NetworkSettings: {
      Networks: {
        'switchyard-shop': {},
        ...Object.fromEntries(release.config.networks.map((name) => [name, {}])),
      },
    },
  } as unknown as ContainerInspectResponse;
}

function rebuilt(
  release: Release,
  inspect = inspectOf(release),
  ofImage: ImageInspect | 'gone' = image,
): Release {
  const container: AppContainer = {
    id: 'c',
    name: `shop-${release.id}`,
    color: release.color,
    releaseId: release.id,
    port: 8080,
    protocol: 'http',
    state: 'exited',
  };
  return rebuildRelease({
    app: 'shop',
    container,
    inspect,
    image: ofImage === 'gone' ? undefined : ofImage,
    verdict: 'standby',
    settings: { rollout: release.rollout, switch: release.switch, from: 'a test' },
    nowMs: 0,
  });
}

describe('a record made anew from a container', () => {
  const plain = aRelease();
  const full = aRelease({
    config: {
      containerPort: 3000,
      protocol: 'h2c',
      env: { MODE: 'production', TOKEN: 's3cret=with=signs', EMPTY: '' },
      secretNames: ['TOKEN'],
      volumes: ['data:/data', '/etc/app:/etc/app:ro'],
      networks: ['db', 'cache'],
      command: ['serve', '--port', '3000'],
      memoryBytes: 2 ** 28,
      cpus: 0.5,
      user: '1000:1000',
      readOnly: true,
      init: false,
      stopSignal: 'SIGINT',
      stopTimeoutMs: 7000,
      labels: { team: 'shop', vendor: 'other' },
      logMaxSizeBytes: 5_000_000,
    },
  });

  it.each([
    ['with nothing set', plain],
    ['with everything set', full],
  ])('%s runs the same container again', (_, release) => {
    const again = rebuilt(release);
    expect(again.config).toEqual({ ...release.config, secretNames: Object.keys(release.config.env) });
    const placement = {
      network: 'n',
      address: undefined,
      publishForProbes: false,
      loggingDriver: 'json-file',
    };
    expect(appContainer(again, placement)).toEqual(appContainer(release, placement));
    expect(again.image).toEqual({
      reference: release.image.runnable,
      digest: release.image.digest,
      id: release.image.id,
      runnable: release.image.runnable,
      pulled: false,
    });
    expect(again).toMatchObject({ verdict: 'standby', liveAt: '2026-11-21T03:12:06.500Z' });
  });

  it('is a record that can be read back', () => {
    for (const release of [plain, full]) {
      const text = JSON.stringify(rebuilt(release));
      expect(parseRelease(text, `/home/u/.switchyard/shop/releases/${release.id}.json`)).toEqual(
        JSON.parse(text),
      );
    }
  });

  it('takes what it finds when the image is gone', () => {
    const { config } = rebuilt(plain, inspectOf(plain), 'gone');
    expect(config.env).toEqual({ MODE: 'production', PATH: '/usr/bin' });
    expect(config).toMatchObject({
      command: ['serve'],
      user: 'node',
      labels: { vendor: 'acme', team: 'web' },
    });
  });

  it('survives a container that says next to nothing', () => {
    const { config, liveAt, createdAt } = rebuilt(plain, {
      State: { StartedAt: '0001-01-01T00:00:00Z' },
      Config: { Labels: { 'switchyard.port': '99999', 'switchyard.protocol': 'gopher' } },
    } as unknown as ContainerInspectResponse);
    expect(config).toMatchObject({ containerPort: undefined, protocol: 'http', env: {}, volumes: [] });
    expect([liveAt, createdAt]).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z']);
  });

  it('is only made of one that was given traffic', () => {
    expect(wasGivenTraffic(inspectOf(plain))).toBe(true);
    expect(wasGivenTraffic({ HostConfig: { RestartPolicy: { Name: 'no' } } })).toBe(false);
    expect(wasGivenTraffic({})).toBe(false);
    expect(wasGivenTraffic({ State: { Paused: true } })).toBe(true);
    // One that was paused when the server went down.
    expect(wasGivenTraffic({}, 'live')).toBe(true);
    expect(wasGivenTraffic({}, 'deploy')).toBe(false);
  });
});
