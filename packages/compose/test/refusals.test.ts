import { describe, expect, it } from 'vitest';
import type {
  Refusal,
  RefusalFacts,
  ResolvedProject,
  ResolvedService,
  ServiceOptions,
} from '../src/index.ts';
import { findRefusals, planServices } from '../src/index.ts';
import { factsOf, projectOf } from './projects.ts';

const web: ResolvedService = { image: 'web:1', ports: [{ target: 80, published: '80', protocol: 'tcp' }] };

function refuse(
  project: ResolvedProject,
  shipped: readonly string[],
  rest: Partial<RefusalFacts> = {},
): Refusal[] {
  const facts = {
    ...factsOf(shipped),
    app: 'shop',
    givenImages: new Set<string>(),
    missingPaths: new Set<string>(),
    ...rest,
  };
  return findRefusals(project, planServices(project, facts), facts);
}

/** What is refused of one shipped service `api`, beside a kept `db` and a shipped `web`: path and problem. */
function refused(service: ResolvedService, options: ServiceOptions = {}): [string, string][] {
  const project = projectOf({ api: { image: 'api:1', ...service }, db: { image: 'db' }, web });
  const imageFacts = { api: { tcpPorts: [], hasHealthcheck: false } };
  return refuse(project, ['api', 'web'], { options: { api: options }, imageFacts }).map(
    ({ path, problem }) => [path.join('.'), problem],
  );
}

describe('what is refused of a service', () => {
  const stopFirst: ServiceOptions = { order: 'stop-first' };

  it('is nothing of what stands in most files', () => {
    expect(
      refused({
        ...web,
        container_name: 'api',
        hostname: 'api',
        restart: 'always',
        networks: { default: { aliases: ['backend'], ipv4_address: '10.0.0.5' } },
        volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        depends_on: { db: { condition: 'service_healthy', restart: true } },
        deploy: { mode: 'global', replicas: 1 },
        links: ['db:database', 'web'],
        external_links: ['other:thing'],
        pid: 'host',
        ipc: 'shareable',
        pull_policy: 'always',
        develop: { watch: [] },
      }),
    ).toEqual([]);
  });

  it.each<[string, ResolvedService, ServiceOptions, string, string]>([
    [
      'an image that is nowhere',
      { image: undefined as never, build: {} },
      {},
      'build',
      'api is built from its sources, which a release does not do on the server',
    ],
    [
      'several replicas',
      { ...web, deploy: { replicas: 2 } },
      {},
      'deploy.replicas',
      'api has a port and is to have 2 containers, and a switch leads to one',
    ],
    [
      'a scale',
      { ...web, scale: 3 },
      {},
      'scale',
      'api has a port and is to have 3 containers, and a switch leads to one',
    ],
    ['no replica', { deploy: { replicas: 0 } }, {}, 'deploy.replicas', 'api is to have no container at all'],
    [
      'UDP',
      { ports: [...(web.ports ?? []), { target: 53, protocol: 'udp' }] },
      {},
      'ports.1',
      'api publishes 53/udp, which its switch cannot pass on',
    ],
    [
      'UDP twice',
      { ports: [{ target: 53, protocol: 'udp' }] },
      { order: 'start-first' },
      'ports',
      'api publishes ports itself and is start-first, and two containers cannot publish one port',
    ],
    [
      'no network',
      { ...web, network_mode: 'none' },
      {},
      'network_mode',
      'api has a port and `network_mode: none`, where no switch can stand before it',
    ],
    [
      'another’s network',
      { ...web, network_mode: 'service:db' },
      stopFirst,
      'network_mode',
      'api has a port and `network_mode: service:db`, where no switch can stand before it',
    ],
    [
      'the server’s network twice',
      { expose: ['80'], network_mode: 'host' },
      { order: 'start-first' },
      'network_mode',
      "api has port 80 in the server's own network and is start-first, and two containers cannot have one port there",
    ],
    [
      'a fixed address of a worker',
      { networks: { default: { ipv4_address: '10.0.0.5' } } },
      {},
      'networks.default.ipv4_address',
      'api has a fixed `ipv4_address`, which two containers cannot have at once',
    ],
    [
      'a fixed MAC address',
      { ...web, mac_address: '02:42:ac:11:65:43' },
      {},
      'mac_address',
      'api has a fixed `mac_address`, which two containers cannot have at once',
    ],
    [
      'one in a network',
      { ...web, networks: { default: { mac_address: '02:42:ac:11:65:43' } } },
      {},
      'networks.default.mac_address',
      'api has a fixed `mac_address`, which two containers cannot have at once',
    ],
    [
      'hooks',
      { post_start: [{ command: ['x'] }] },
      {},
      'post_start',
      "api has `post_start`, which only Compose's own start and stop run",
    ],
    [
      'a provider',
      { provider: { type: 'cloud' } },
      {},
      'provider',
      'api is run by a provider and has no container that a release could replace',
    ],
    [
      'a shipped service’s processes',
      { pid: 'service:web' },
      {},
      'pid',
      'api has `pid: service:web`, which ties it to the container of web, and a release replaces that',
    ],
    [
      'a shipped service’s volumes',
      { volumes_from: ['web:ro'] },
      {},
      'volumes_from.0',
      'api has `volumes_from: web:ro`, which ties it to the container of web, and a release replaces that',
    ],
    [
      'a container of the stack',
      { external_links: ['shop-web-1:w'] },
      {},
      'external_links.0',
      'api has `external_links: shop-web-1:w`, which ties it to the container of web, and a release replaces that',
    ],
    [
      'a link by a name that is taken',
      { links: ['web:db'] },
      {},
      'links.0',
      'api calls web db, which is the name of another service',
    ],
    [
      'a bad label',
      { labels: { 'switchyard.order': 'both' } },
      {},
      'labels.switchyard.order',
      'the label switchyard.order of api must be start-first or stop-first',
    ],
    [
      'an unknown label',
      { labels: { 'switchyard.ports': '80' } },
      {},
      'labels.switchyard.ports',
      'the label switchyard.ports of api is none of switchyard.port, switchyard.protocol, switchyard.health-path, switchyard.health-command, switchyard.order, switchyard.singleton',
    ],
  ])('is %s', (_case, service, options, path, problem) => {
    expect(refused(service, options)).toEqual([[`services.api.${path}`, problem]]);
  });

  it('is not what only two at once cannot have, where it is stop-first', () => {
    const mac = { mac_address: '02:42:ac:11:65:43' };
    expect(refused({ ...web, ...mac }, stopFirst)).toEqual([]);
    expect(refused({ networks: { default: { ipv4_address: '10.0.0.5' } } }, stopFirst)).toEqual([]);
    expect(refused({ expose: ['80'], network_mode: 'host' })).toEqual([]);
    expect(refused({ network_mode: 'service:db' })).toEqual([]);
  });

  it('is not what depends on a port of its image, while the image is not known', () => {
    const networks = { default: { ipv4_address: '10.0.0.5' } };
    const find = (service: ResolvedService, tcpPorts: number[] | undefined) =>
      refuse(projectOf({ api: { image: 'api', networks, ...service } }), ['api'], {
        imageFacts: tcpPorts ? { api: { tcpPorts, hasHealthcheck: false } } : {},
      }).length;
    expect(find({}, undefined)).toBe(0);
    expect(find({}, [80])).toBe(0);
    expect(find({}, [])).toBe(1);
    expect(find({ command: ['work'] }, undefined)).toBe(1);
  });

  it('is an image with several ports where nothing says which is reached, and not one that is told', () => {
    const imageFacts = { api: { tcpPorts: [80, 443], hasHealthcheck: false } };
    const find = (service: ResolvedService) =>
      refuse(projectOf({ api: { image: 'api', ...service } }), ['api'], { imageFacts });
    expect(find({})).toEqual([
      {
        path: ['services', 'api'],
        problem: 'the image of api exposes the ports 80, 443, and nothing says on which it is reached',
        instead: 'add the label switchyard.port: "80", or "none" if nobody reaches it',
      },
    ]);
    expect(find({ labels: { 'switchyard.port': '443' } })).toEqual([]);
    expect(find({ labels: { 'switchyard.port': 'none' } })).toEqual([]);
    expect(find({ command: ['work'] })).toEqual([]);
  });
});

describe('what is refused of a kept service', () => {
  it('is what ties it to a container that is replaced, and nothing else', () => {
    const project = projectOf({
      web: { ...web, container_name: 'the-web' },
      vpn: { network_mode: 'container:the-web', deploy: { replicas: 3 }, post_start: [{}] },
      proxy: { links: ['web'], build: {} },
    });
    expect(refuse(project, ['web']).map(({ path, problem }) => [path.join('.'), problem])).toEqual([
      [
        'services.vpn.network_mode',
        'vpn has `network_mode: container:the-web`, which ties it to the container of web, and a release replaces that',
      ],
      ['services.proxy.links.0', 'proxy is linked to the container of web, which a release replaces'],
    ]);
    expect(refuse(project, [])).toEqual([]);
  });
});

describe('what is refused of a project', () => {
  it('is another name than the app’s, and names that a release adds', () => {
    const project = projectOf(
      { web, 'web-switch': { image: 'x' } },
      { name: 'store', networks: { default: null, switchyard: {}, other: { name: 'shop_switchyard' } } },
    );
    expect(refuse(project, ['web']).map(({ path }) => path.join('.'))).toEqual([
      'name',
      'networks.switchyard',
      'networks.other',
      'services.web-switch',
    ]);
  });

  it('is a secret of Swarm, if it is used', () => {
    const secrets = { key: { external: true }, spare: { external: true } };
    const project = projectOf({ web: { ...web, secrets: [{ source: 'key' }] } }, { secrets });
    expect(refuse(project, ['web']).map(({ path }) => path.join('.'))).toEqual(['secrets.key.external']);
  });

  it('is a file that is nowhere, of kept services too', () => {
    const project = projectOf(
      {
        web: { ...web, secrets: [{ source: 'key' }] },
        db: { image: 'db', volumes: [{ type: 'bind', source: '/src/init.sql', target: '/init.sql' }] },
      },
      { secrets: { key: { file: '/src/key' } } },
    );
    const missingPaths = new Set(['/src/init.sql', '/src/key']);
    expect(
      refuse(project, ['web'], { missingPaths }).map(({ path, problem }) => [path.join('.'), problem]),
    ).toEqual([
      ['services.db.volumes.0', 'db needs /src/init.sql, which is not among the files of the checkout'],
      ['secrets.key.file', 'secrets.key needs /src/key, which is not among the files of the checkout'],
    ]);
  });
});
