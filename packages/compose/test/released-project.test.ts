import { describe, expect, it } from 'vitest';
import type { ReleaseFacts, ResolvedProject, ResolvedService } from '../src/index.ts';
import { composeFileText, planServices, releasedProject } from '../src/index.ts';
import { factsOf, projectOf, releaseFactsOf } from './projects.ts';

const ports = [{ target: 80, published: '8080', protocol: 'tcp', mode: 'ingress', host_ip: '127.0.0.1' }];
const image = `registry.example/api@sha256:${'a'.repeat(64)}`;

/** The released file of a project with one routed service `api`, blue, and what else is shipped. */
function release(
  project: ResolvedProject,
  workers: readonly string[] = [],
  rest: Partial<ReleaseFacts> = {},
) {
  const shipped = ['api', ...workers];
  const colors = Object.fromEntries(shipped.map((name) => [name, 'blue' as const]));
  const plans = planServices(project, factsOf(shipped));
  return releasedProject(project, plans, releaseFactsOf(['api'], colors, rest));
}

const released = (service: ResolvedService, rest: Partial<ReleaseFacts> = {}) =>
  release(projectOf({ api: service }), [], rest).services;

describe('a routed service in the released file', () => {
  it('has its image by digest, its labels and its slot, and nothing that two containers cannot have', () => {
    expect(
      released({
        image: 'api:latest',
        build: { context: '.' },
        develop: {},
        pull_policy: 'always',
        profiles: ['all'],
        container_name: 'shop-api',
        hostname: 'api',
        scale: 1,
        ports,
        command: null,
        environment: { A: 'b', UNSET: null, VIRTUAL_HOST: 'example.com' },
        labels: { 'com.example': 'x', 'traefik.enable': 'true', caddy: 'example.com' },
        networks: {
          default: { aliases: ['backend'], ipv4_address: '10.0.0.5' },
          back: { priority: 5, aliases: ['b'] },
        },
        init: true,
      }).api,
    ).toEqual({
      image,
      command: null,
      environment: { A: 'b' },
      labels: {
        'com.example': 'x',
        'switchyard.app': 'shop',
        'switchyard.role': 'service',
        'switchyard.color': 'blue',
      },
      networks: { default: null, back: { priority: 5 }, switchyard: { ipv4_address: '172.30.0.2' } },
      init: true,
    });
  });

  it('stays in the default network where none is named', () => {
    const project = projectOf({});
    const bare = { ...project, services: { api: { ports } } };
    expect(release(bare).services.api?.networks).toEqual({
      default: null,
      switchyard: { ipv4_address: '172.30.0.2' },
    });
  });
});

describe('the switch of a routed service', () => {
  const routed: ResolvedService = {
    ports,
    container_name: 'shop-api',
    hostname: 'api.internal',
    environment: { VIRTUAL_HOST: 'example.com', SECRET: 's' },
    labels: { 'traefik.enable': 'true', 'com.example': 'x' },
    networks: { default: { aliases: ['backend'], ipv4_address: '10.0.0.5' } },
  };

  it('has its ports, its names and addresses, and what an edge goes by', () => {
    const project = projectOf({ api: routed, worker: { links: ['api:the-api'] } });
    expect(release(project, ['worker']).services['api-switch']).toMatchObject({
      image: `haproxy@sha256:${'b'.repeat(64)}`,
      user: '1000:1000',
      userns_mode: 'host',
      restart: 'unless-stopped',
      ports,
      expose: ['80'],
      environment: { VIRTUAL_HOST: 'example.com' },
      labels: {
        'traefik.enable': 'true',
        'traefik.docker.network': 'shop_default',
        'switchyard.app': 'shop',
        'switchyard.role': 'switch',
        'switchyard.service': 'api',
      },
      networks: {
        default: {
          aliases: ['api', 'shop-api', 'api.internal', 'the-api', 'backend'],
          ipv4_address: '10.0.0.5',
        },
        switchyard: null,
      },
      sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
      volumes: [{ type: 'bind', source: '/home/deploy/.switchyard/shop/switch/api', target: '/switchyard' }],
    });
  });

  it('is root inside a rootless Engine, and says nothing to Traefik that is said or open', () => {
    const facts = releaseFactsOf(['api'], {});
    const services = released(
      { ...routed, labels: { 'traefik.docker.network': 'edge' }, networks: { a: null, b: null } },
      { switch: { ...facts.switch, isRootless: true } },
    );
    expect(services['api-switch']).toMatchObject({
      user: '0:0',
      labels: { 'traefik.docker.network': 'edge' },
    });
    expect(services['api-switch']).not.toHaveProperty('userns_mode');
    const open = released({ ...routed, networks: { a: null, b: null } })['api-switch'];
    expect(open?.labels).not.toHaveProperty('traefik.docker.network');
  });

  it('has a network whose addresses the release gives, and that is no way out', () => {
    expect(release(projectOf({ api: routed })).networks).toEqual({
      default: { name: 'shop_default' },
      switchyard: {
        name: 'shop_switchyard',
        driver: 'bridge',
        internal: true,
        ipam: { config: [{ subnet: '172.30.0.0/24', gateway: '172.30.0.1', ip_range: '172.30.0.128/25' }] },
        labels: { 'switchyard.app': 'shop' },
      },
    });
  });
});

describe('other services in the released file', () => {
  it('have their switches to wait for, and links only to what stays', () => {
    const project = projectOf({
      api: { ports },
      worker: {
        container_name: 'w',
        hostname: 'w',
        depends_on: { api: { condition: 'service_healthy' }, db: { condition: 'service_started' } },
        links: ['api', 'db:database'],
        networks: { default: { aliases: ['w'] } },
      },
      db: { image: 'db' },
    });
    expect(release(project, ['worker']).services.worker).toEqual({
      image: `registry.example/worker@sha256:${'a'.repeat(64)}`,
      hostname: 'w',
      depends_on: {
        api: { condition: 'service_healthy' },
        db: { condition: 'service_started' },
        'api-switch': { condition: 'service_started', required: true },
      },
      links: ['db:database'],
      labels: { 'switchyard.app': 'shop', 'switchyard.role': 'service', 'switchyard.color': 'blue' },
      networks: { default: { aliases: ['w'] } },
    });
  });

  it('are as they were where they are kept, but fetch no image behind the same tag', () => {
    const db: ResolvedService = {
      image: 'db',
      build: { context: '/src' },
      container_name: 'db',
      pull_policy: 'always',
      environment: { A: null },
      depends_on: { api: { condition: 'service_started' } },
      networks: { default: null },
    };
    expect(release(projectOf({ api: { ports }, db })).services.db).toEqual({ ...db, pull_policy: 'missing' });
  });

  it('are what the running container was made from, with the networks and volumes that it names', () => {
    const old = projectOf(
      {
        db: {
          image: 'db:1',
          depends_on: { gone: { condition: 'service_started' }, api: { condition: 'service_started' } },
          networks: { old: null },
          volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        },
      },
      { networks: { old: { name: 'shop_old' }, unused: {} }, volumes: { data: { name: 'shop_data' } } },
    );
    const service = old.services.db ?? {};
    const project = projectOf({ api: { ports }, db: { image: 'db:2' } });
    const file = release(project, [], {
      keptDefinitions: { db: { service, from: old }, gone: { service, from: old } },
    });
    expect(file.services.db).toEqual({
      ...service,
      depends_on: { api: { condition: 'service_started' } },
    });
    expect(Object.keys(file.networks ?? {}).sort()).toEqual(['default', 'old', 'switchyard']);
    expect(file.volumes).toEqual({ data: { name: 'shop_data' } });
    expect(Object.keys(file.services).sort()).toEqual(['api', 'api-switch', 'db']);
  });

  it('mount the files of the release where they lie for good', () => {
    const movedPaths = new Map([
      ['/src/conf', '/files/1/conf'],
      ['/src/key', '/files/2/key'],
    ]);
    const volumes = [
      { type: 'bind', source: '/src/conf', target: '/conf' },
      { type: 'bind', source: '/src/conf/x', target: '/x' },
      { type: 'volume', source: '/src/conf', target: '/v' },
    ];
    const project = projectOf(
      { api: { ports, volumes }, db: { volumes } },
      {
        secrets: { key: { file: '/src/key' }, token: { environment: 'T' } },
        configs: { c: { content: 'x' } },
      },
    );
    const file = release(project, [], { movedPaths });
    const moved = [{ ...volumes[0], source: '/files/1/conf' }, volumes[1], volumes[2]];
    expect(file.services.api?.volumes).toEqual(moved);
    expect(file.services.db?.volumes).toEqual(moved);
    expect(file.secrets).toEqual({ key: { file: '/files/2/key' }, token: { environment: 'T' } });
    expect(file.configs).toEqual({ c: { content: 'x' } });
  });

  it('are written the same in whatever order they came', () => {
    const one = release(projectOf({ api: { ports, labels: { a: '1', b: '2' } }, db: {} }));
    const two = release(projectOf({ db: {}, api: { labels: { b: '2', a: '1' }, ports } }));
    expect(composeFileText(one)).toBe(composeFileText(two));
  });
});
