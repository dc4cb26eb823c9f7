import { expect, test } from 'vitest';
import type { ContainerInspectResponse, ContainerSummary, Engine } from '#engine';
import { countsByService, detachAliases, stackContainers } from '../src/index.ts';

const id = 'c0ffee'.padEnd(64, '0');

function engineWith(container: ContainerInspectResponse | undefined) {
  const calls: unknown[] = [];
  const engine = {
    containers: { inspect: async () => container },
    networks: {
      disconnect: async (network: string) => calls.push(['disconnect', network]),
      connect: async (network: string, _: string, endpoint: unknown) =>
        calls.push(['connect', network, endpoint]),
    },
  } as unknown as Engine;
  return { engine, calls };
}

const named = { Id: id, Name: '/shop-web-2', State: { Running: false } };

test('the names of a service are taken from a candidate, and what was asked for its place stays', async () => {
  const { engine, calls } = engineWith({
    ...named,
    NetworkSettings: {
      Networks: {
        shop_default: {
          Aliases: ['shop-web-2', 'web'],
          ...{ IPAMConfig: {}, DriverOpts: {}, MacAddress: '', Links: [], GwPriority: 0 },
          ...{ IPAddress: '172.18.0.6', NetworkID: 'n1', EndpointID: 'e1' },
        },
        shop_switchyard: {
          Aliases: ['shop-web-2', 'web', 'backend'],
          IPAMConfig: { IPv4Address: '10.9.0.3' },
          ...{
            MacAddress: '02:42:0a:09:00:03',
            DriverOpts: { mtu: '1400' },
            GwPriority: 5,
            Links: ['db:data'],
          },
        },
        bridge: { Aliases: ['shop-web-2', id.slice(0, 12)] },
        host: {},
      },
    },
  });
  await detachAliases(engine, id);
  expect(calls).toEqual([
    ['disconnect', 'shop_default'],
    ['connect', 'shop_default', {}],
    ['disconnect', 'shop_switchyard'],
    [
      'connect',
      'shop_switchyard',
      {
        IPAMConfig: { IPv4Address: '10.9.0.3' },
        ...{
          MacAddress: '02:42:0a:09:00:03',
          DriverOpts: { mtu: '1400' },
          GwPriority: 5,
          Links: ['db:data'],
        },
      },
    ],
  ]);
});

test('only the networks that are named lose them', async () => {
  const networks = { one: { Aliases: ['web'] }, two: { Aliases: ['web'] } };
  const { engine, calls } = engineWith({ ...named, NetworkSettings: { Networks: networks } });
  await detachAliases(engine, id, ['two']);
  expect(calls).toEqual([
    ['disconnect', 'two'],
    ['connect', 'two', {}],
  ]);
});

test('a container that runs keeps its connections', async () => {
  const running = engineWith({
    ...named,
    State: { Running: true },
    NetworkSettings: { Networks: { shop_default: { Aliases: ['web'] } } },
  });
  await expect(detachAliases(running.engine, id)).rejects.toThrow(
    'The container shop-web-2 runs already, so its names on the network shop_default cannot be taken away',
  );
  expect(running.calls).toEqual([]);
  await expect(detachAliases(engineWith(undefined).engine, id)).rejects.toThrow('c0ffee000000 is gone');
});

test('a container is what its labels say', async () => {
  const compose = (labels: Record<string, string>) =>
    Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.docker.compose.${name}`, value]));
  const list: ContainerSummary[] = [
    {
      ...{
        Id: 'two',
        Names: ['/shop-web-2'],
        State: 'created',
        Created: 20,
        Image: 'web:2',
        ImageID: 'sha256:2',
      },
      Labels: {
        ...compose({ service: 'web', 'container-number': '2', 'config-hash': 'abc', oneoff: 'False' }),
        ...compose({ 'project.config_files': '/srv/a.yaml,/srv/b.yaml', 'project.working_dir': '/srv' }),
        ...{ 'switchyard.color': 'green', 'switchyard.app': 'shop', 'switchyard.role': 'service' },
      },
    },
    {
      Id: 'one',
      Created: 10,
      Labels: { ...compose({ service: 'web', oneoff: 'True' }), 'switchyard.color': 'red' },
    },
  ];
  const asked: unknown[] = [];
  const engine = {
    containers: {
      list: async (options: unknown) => {
        asked.push(options);
        return list;
      },
    },
  } as unknown as Engine;
  const containers = await stackContainers(engine, 'shop');
  expect(asked).toEqual([{ all: true, labels: { 'com.docker.compose.project': 'shop' } }]);
  expect(containers).toEqual([
    {
      ...{
        id: 'one',
        name: '',
        service: 'web',
        number: 0,
        state: '',
        configHash: '',
        image: '',
        imageId: '',
      },
      ...{ isOneOff: true, configFiles: [], workingDirectory: '', app: undefined, color: undefined },
      ...{ role: undefined, createdMs: 10_000 },
    },
    {
      ...{ id: 'two', name: 'shop-web-2', service: 'web', number: 2, state: 'created', configHash: 'abc' },
      ...{
        image: 'web:2',
        imageId: 'sha256:2',
        isOneOff: false,
        configFiles: ['/srv/a.yaml', '/srv/b.yaml'],
      },
      ...{ workingDirectory: '/srv', app: 'shop', color: 'green', role: 'service', createdMs: 20_000 },
    },
  ]);
  expect([...countsByService(containers)]).toEqual([['web', 1]]);
});
