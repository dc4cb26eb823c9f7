import { describe, expect, it } from 'vitest';
import {
  type Engine,
  EngineError,
  ensureSlotNetwork,
  type NetworkCreateRequest,
  type NetworkSummary,
} from '../src/index.ts';
import { overlap, parseRange } from '../src/ipv4-range.ts';

const labels = { 'switchyard.app': 'shop' };

/** The part of an Engine that hands out networks, from the first pool that is free; `refuse` may throw instead. */
function memoryEngine(pools: string[], refuse: (config: NetworkCreateRequest) => void = () => {}) {
  const networks = new Map<string, NetworkSummary>();
  const created: string[] = [];
  const freePool = () => {
    const taken = [...networks.values()].flatMap(
      ({ IPAM }) => parseRange(IPAM?.Config?.[0]?.Subnet ?? '') ?? [],
    );
    const free = [...pools, '10.8.0.0/16', '10.9.0.0/16'].find((pool) => {
      const range = parseRange(pool);
      return range !== undefined && !taken.some((other) => overlap(range, other));
    });
    return { Config: [{ Subnet: free ?? '' }] };
  };
  let clockMs = 1_000_000;
  const engine = {
    serverTimeMs: async () => clockMs,
    networks: {
      list: async () => [...networks.values()],
      inspect: async (key: string) =>
        networks.get(key) ?? [...networks.values()].find(({ Name }) => Name === key),
      remove: async (key: string) => {
        for (const [id, { Name }] of networks) if (id === key || Name === key) networks.delete(id);
      },
      create: async (config: NetworkCreateRequest) => {
        refuse(config);
        const id = `id${created.length}`;
        created.push(config.Name);
        const ipam = config.IPAM ?? freePool();
        networks.set(id, {
          Id: id,
          Name: config.Name,
          Labels: config.Labels ?? {},
          IPAM: ipam,
          Created: new Date(clockMs).toISOString(),
        });
        return id;
      },
    },
  } as unknown as Engine;
  return {
    engine,
    networks,
    created,
    pass: (ms: number) => {
      clockMs += ms;
    },
  };
}

describe('a network for the slots', () => {
  it('takes a corner of a range the Engine chose, and the next app the corner beside it', async () => {
    const { engine, networks, created } = memoryEngine(['172.20.0.0/16']);
    const first = await ensureSlotNetwork(engine, 'shop', labels);
    expect(first).toMatchObject({
      subnet: '172.20.0.0/28',
      gateway: '172.20.0.1',
      addresses: { blue: '172.20.0.2', green: '172.20.0.3' },
    });
    expect(await ensureSlotNetwork(engine, 'blog', labels)).toMatchObject({ subnet: '172.20.0.16/28' });
    expect(await ensureSlotNetwork(engine, 'shop', labels)).toEqual(first);
    expect(created).toHaveLength(3);
    expect([...networks.values()].map(({ Name }) => Name)).toEqual(['shop', 'blog']);
  });

  it('goes on to the next corner when somebody else took this one', async () => {
    const { engine } = memoryEngine(['172.20.0.0/16'], ({ IPAM }) => {
      if (IPAM?.Config?.[0]?.Subnet === '172.20.0.0/28') {
        throw new EngineError('x', {
          status: 403,
          engineMessage: 'Pool overlaps with other one on this address space',
        });
      }
    });
    expect((await ensureSlotNetwork(engine, 'shop', labels)).subnet).toBe('172.20.0.16/28');
  });

  it('leaves no trial network behind when creating fails', async () => {
    const { engine, networks } = memoryEngine([], ({ Name }) => {
      if (Name === 'shop') throw new EngineError('The Engine is out of order.', { status: 500 });
    });
    await expect(ensureSlotNetwork(engine, 'shop', labels)).rejects.toThrow('out of order');
    expect(networks.size).toBe(0);
  });

  it('gives up after some tries', async () => {
    const { engine, networks } = memoryEngine([], ({ Name }) => {
      if (Name === 'shop')
        throw new EngineError('x', { status: 403, engineMessage: 'Pool overlaps with other one' });
    });
    await expect(ensureSlotNetwork(engine, 'shop', labels)).rejects.toThrow(/taken by something else/);
    expect(networks.size).toBe(0);
  });

  it('says what to do when the Engine has no range left, or only tiny ones', async () => {
    const full = memoryEngine([], () => {
      throw new EngineError('x', {
        status: 500,
        engineMessage: 'all predefined address pools have been fully subnetted',
      });
    });
    await expect(ensureSlotNetwork(full.engine, 'shop', labels)).rejects.toThrow(/default-address-pools/);
    await expect(ensureSlotNetwork(memoryEngine(['10.0.0.0/30']).engine, 'shop', labels)).rejects.toThrow(
      /too small/,
    );
  });

  it('sweeps trial networks of killed runs, not those of running ones', async () => {
    const { engine, networks, pass } = memoryEngine([]);
    await engine.networks.create({ Name: 'switchyard-probe-000000000000' });
    pass(120_000);
    await engine.networks.create({ Name: 'switchyard-probe-111111111111' });
    await ensureSlotNetwork(engine, 'shop', labels);
    expect([...networks.values()].map(({ Name }) => Name)).toEqual(['switchyard-probe-111111111111', 'shop']);
  });

  it('keeps the older of two networks with one name', async () => {
    const { engine, networks, pass } = memoryEngine(['172.20.0.0/16']);
    const first = await ensureSlotNetwork(engine, 'shop', labels);
    pass(5);
    await engine.networks.create({
      Name: 'shop',
      Labels: labels,
      IPAM: { Config: [{ Subnet: '172.20.0.16/28' }] },
    });
    expect(await ensureSlotNetwork(engine, 'shop', labels)).toEqual(first);
    expect(networks.size).toBe(1);
  });
});
