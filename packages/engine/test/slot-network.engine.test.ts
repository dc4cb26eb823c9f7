import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, ensureSlotNetwork, openEngine, unixSocket } from '../src/index.ts';

describeWithEngine('networks with fixed addresses', ({ socket }) => {
  const run = randomBytes(4).toString('hex');
  const labels = (app: string) => ({ 'switchyard.app': app, 'switchyard.test': run });
  let engine: Engine;
  let busybox: string;

  beforeAll(async () => {
    ({ busybox } = await buildLocalImages());
    engine = await openEngine(unixSocket(socket));
  });

  afterAll(async () => {
    const mine = { 'switchyard.test': run };
    for (const { Id } of await engine.containers.list({ all: true, labels: mine }))
      await engine.containers.remove(Id ?? '', { force: true });
    for (const { Id } of await engine.networks.list({ labels: mine })) await engine.networks.remove(Id ?? '');
    engine.close();
  });

  it('are made once, for many apps in one range, also at the same time', async () => {
    const names = Array.from({ length: 6 }, (_, number) => `slot-test-${run}-${number}`);
    const made = await Promise.all(
      [...names, ...names.slice(0, 2)].map((name) => ensureSlotNetwork(engine, name, labels(name))),
    );
    expect(made[6]).toEqual(made[0]);
    expect(new Set(made.map(({ subnet }) => subnet)).size).toBe(6);
    expect(await ensureSlotNetwork(engine, names[3] ?? '', labels('x'))).toEqual(made[3]);
    for (const { subnet } of made) expect(subnet).toMatch(/\/28$/);
    const left = await engine.networks.list();
    expect(left.filter(({ Name }) => Name?.startsWith('switchyard-probe-'))).toEqual([]);
    const pools = left
      .filter(({ Labels }) => Labels?.['switchyard.test'] === run)
      .map(({ Labels }) => Labels?.['switchyard.pool']);
    expect(pools).toHaveLength(6);
  });

  it('give the slots their addresses, and strangers others', async () => {
    const name = `slot-test-${run}-fixed`;
    const network = await ensureSlotNetwork(engine, name, labels(name));
    const create = async (what: string, address?: string) => {
      const id = await engine.containers.create(`${name}-${what}`, {
        Image: busybox,
        Cmd: ['sleep', '60'],
        Labels: labels(name),
        HostConfig: { NetworkMode: name, Init: true },
        NetworkingConfig: {
          EndpointsConfig: { [name]: address === undefined ? {} : { IPAMConfig: { IPv4Address: address } } },
        },
      });
      await engine.containers.start(id);
      return (await engine.containers.inspect(id))?.NetworkSettings?.Networks?.[name]?.IPAddress;
    };
    const stranger = await create('stranger');
    expect(Object.values(network.addresses)).not.toContain(stranger);
    expect(stranger).not.toBe(network.gateway);
    expect(await create('green', network.addresses.green)).toBe(network.addresses.green);
    expect(await create('blue', network.addresses.blue)).toBe(network.addresses.blue);
  });

  it('are refused where a foreign network has the name', async () => {
    const name = `slot-test-${run}-foreign`;
    await engine.networks.create({ Name: name, Labels: { 'switchyard.test': run } });
    await expect(ensureSlotNetwork(engine, name, labels(name))).rejects.toThrow(/was not made for this/);
  });

  it('connect and disconnect containers', async () => {
    const name = `slot-test-${run}-connect`;
    const { addresses } = await ensureSlotNetwork(engine, name, labels(name));
    const id = await engine.containers.create(name, {
      Image: busybox,
      Cmd: ['sleep', '60'],
      Labels: labels(name),
      HostConfig: { NetworkMode: 'none' },
    });
    await engine.networks.disconnect('none', id);
    await engine.networks.connect(name, id, { IPAMConfig: { IPv4Address: addresses.green } });
    await engine.containers.start(id);
    expect((await engine.containers.inspect(id))?.NetworkSettings?.Networks?.[name]?.IPAddress).toBe(
      addresses.green,
    );
    await engine.networks.disconnect(name, id, { force: true });
    await engine.networks.disconnect(name, id, { force: true });
  });
});
