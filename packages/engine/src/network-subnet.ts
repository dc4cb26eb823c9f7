import type { NetworkSummary } from './docker-types.ts';
import type { Engine } from './engine.ts';
import { EngineError, isConflict } from './engine-error.ts';
import { carve, formatAddress, formatRange, type Ipv4Range, parseRange } from './ipv4-range.ts';

export interface SlotNetwork {
  id: string;
  name: string;
  /** CIDR */
  subnet: string;
  gateway: string;
  /** Fixed for the network's life, and outside the part from which the Engine hands out addresses itself. */
  addresses: { blue: string; green: string };
}

const OWNER_LABEL = 'switchyard.app';
/** The range this network was carved from, so that the next app's network is carved from it too. */
const POOL_LABEL = 'switchyard.pool';
const SLOT_PREFIX = 28;
const PROBE_NAME = /^switchyard-probe-[0-9a-f]{12}$/;
const PROBE_MAX_AGE_MS = 60_000;
const MAX_TRIES = 8;

/**
 * The network in which both slots of an app have fixed addresses, made when it is not there yet. Fixed addresses
 * need a range of our own choice, and only the Engine knows which ranges are free (its own networks, the host's
 * routes): so the Engine is made to choose one for a network that is thrown away at once, and a /28 of it is
 * used. Further apps share the range: 4,096 fit where the Engine chose a /16.
 *
 * @param labels must contain `switchyard.app`
 * @throws EngineError when a foreign network has the name, or the Engine has no range left
 */
export async function ensureSlotNetwork(
  engine: Engine,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<SlotNetwork> {
  if (labels[OWNER_LABEL] === undefined) throw new TypeError(`labels must contain ${OWNER_LABEL}`);
  const existing = await findByName(engine, name);
  if (existing !== undefined) return slotNetworkOf(existing, name);

  let refusal: unknown;
  const refused: Ipv4Range[] = [];
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const networks = await engine.networks.list();
    await removeStaleProbes(engine, networks);
    const { range, pool } =
      carveFromKnownPools(networks, [...networks.flatMap(rangesOf), ...refused]) ??
      (await carveFromFreshPool(engine, refused));
    try {
      await engine.networks.create({
        Name: name,
        Driver: 'bridge',
        Labels: { ...labels, [POOL_LABEL]: formatRange(pool) },
        IPAM: {
          Driver: 'default',
          Config: [
            {
              Subnet: formatRange(range),
              Gateway: formatAddress(range.base + 1),
              // The Engine hands out the upper half only: the slots' addresses can never be taken by a stray.
              IPRange: formatRange({ base: range.base + 8, prefix: SLOT_PREFIX + 1 }),
            },
          ],
        },
      });
    } catch (error) {
      // Somebody else was faster: either made this very network, or took the range.
      if (!isConflict(error) && !isOverlap(error)) throw error;
      refusal = error;
      if (isOverlap(error)) refused.push(range);
    }
    const made = await findByName(engine, name);
    if (made !== undefined) return slotNetworkOf(made, name);
  }
  throw new EngineError(
    `The network ${name} could not be created on the server: each of ${MAX_TRIES} address ranges was taken by something else meanwhile; run again.`,
    { cause: refusal },
  );
}

/** A range that no network of the Engine has, for a network that somebody else makes. */
export interface FreeRange {
  /** CIDR */
  readonly subnet: string;
  readonly gateway: string;
  /** The upper half, for addresses that the Engine hands out itself. */
  readonly ipRange: string;
  /** The range that this one was carved from, for the label `switchyard.pool`. */
  readonly pool: string;
  /** The addresses of the lower half that are free for whoever makes the network. */
  readonly fixed: readonly string[];
}

/**
 * Finds an address range for a network that Compose is going to make.
 *
 * @throws EngineError when the Engine has none left
 */
export async function findFreeRange(engine: Engine, prefix: number): Promise<FreeRange> {
  const networks = await engine.networks.list();
  await removeStaleProbes(engine, networks);
  const { range, pool } =
    carveFromKnownPools(networks, networks.flatMap(rangesOf), prefix) ??
    (await carveFromFreshPool(engine, [], prefix));
  return { ...describeRange(range), pool: formatRange(pool) };
}

/** How a range of ours is divided; also of one that was carved earlier. */
export function divideRange(subnet: string): Omit<FreeRange, 'pool'> | undefined {
  const range = parseRange(subnet);
  return range && describeRange(range);
}

function describeRange(range: Ipv4Range): Omit<FreeRange, 'pool'> {
  const half = 2 ** (32 - range.prefix - 1);
  return {
    subnet: formatRange(range),
    gateway: formatAddress(range.base + 1),
    ipRange: formatRange({ base: range.base + half, prefix: range.prefix + 1 }),
    fixed: Array.from({ length: half - 2 }, (_, index) => formatAddress(range.base + 2 + index)),
  };
}

/**
 * Reads the addresses of a slot network out of what the Engine says about it.
 *
 * @throws EngineError when it is not one of ours
 */
export function slotNetworkOf(network: NetworkSummary, name: string): SlotNetwork {
  const config = network.IPAM?.Config?.[0];
  const range = parseRange(config?.Subnet ?? '');
  const id = network.Id;
  const ours =
    network.Labels?.[OWNER_LABEL] !== undefined && range !== undefined && range.prefix <= SLOT_PREFIX;
  if (!ours || id === undefined) {
    throw new EngineError(
      `A network named ${name} is on the server but was not made for this (no label ${OWNER_LABEL} with a range of its own): rename or remove it.`,
    );
  }
  return {
    id,
    name,
    subnet: formatRange(range),
    gateway: config?.Gateway ?? formatAddress(range.base + 1),
    addresses: { blue: formatAddress(range.base + 2), green: formatAddress(range.base + 3) },
  };
}

/**
 * Engines before API 1.44 can be made to hold two networks of one name by two requests at the same moment, and
 * then refuse the name as ambiguous. The older one counts; the other is removed while nobody uses it.
 */
async function findByName(engine: Engine, name: string): Promise<NetworkSummary | undefined> {
  const [first, ...doubles] = (await engine.networks.list())
    .filter((network) => network.Name === name)
    .toSorted((left, right) => ageKey(left).localeCompare(ageKey(right)));
  for (const double of doubles) {
    if (double.Labels?.[OWNER_LABEL] !== undefined) await removeIfUnused(engine, double);
  }
  return first;
}

function ageKey(network: NetworkSummary): string {
  return `${network.Created ?? ''} ${network.Id ?? ''}`;
}

async function removeIfUnused(engine: Engine, network: NetworkSummary): Promise<void> {
  if (network.Id === undefined) return;
  try {
    await engine.networks.remove(network.Id);
  } catch (error) {
    // In use, for whatever: sweeping is a courtesy and no reason to fail a deploy.
    if (!(error instanceof EngineError) || error.status === undefined) throw error;
  }
}

interface Carved {
  range: Ipv4Range;
  pool: Ipv4Range;
}

function carveFromKnownPools(
  networks: readonly NetworkSummary[],
  taken: readonly Ipv4Range[],
  prefix = SLOT_PREFIX,
): Carved | undefined {
  const pools = networks
    .filter((network) => network.Labels?.[OWNER_LABEL] !== undefined)
    .flatMap((network) => parseRange(network.Labels?.[POOL_LABEL] ?? '') ?? []);
  for (const pool of pools) {
    const range = carve(pool, prefix, taken);
    if (range !== undefined) return { range, pool };
  }
  return undefined;
}

/** No network that exists can lie in a range that the Engine gives out: only refusals count. */
async function carveFromFreshPool(
  engine: Engine,
  refused: readonly Ipv4Range[],
  prefix = SLOT_PREFIX,
): Promise<Carved> {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const name = `switchyard-probe-${randomBytes(6).toString('hex')}`;
  let pool: Ipv4Range | undefined;
  try {
    const id = await engine.networks.create({ Name: name, Driver: 'bridge' });
    const probe = await engine.networks.inspect(id);
    pool = (probe?.IPAM?.Config ?? [])
      .map((config) => parseRange(config.Subnet ?? ''))
      .find((range) => range);
  } catch (error) {
    if (!isPoolExhausted(error)) throw error;
    throw new EngineError(
      'The Docker Engine has no free address range for another network: remove unused networks, or give it more ranges ("default-address-pools" in the Engine\'s daemon.json).',
      { cause: error },
    );
  } finally {
    // By name: also when the answer to the creation got lost.
    await engine.networks.remove(name);
  }
  const range = pool === undefined ? undefined : carve(pool, prefix, refused);
  if (pool === undefined || range === undefined) {
    throw new EngineError(
      `The address ranges that the Docker Engine gives to networks are too small (at least /${prefix} is needed): change "default-address-pools" in the Engine's daemon.json.`,
    );
  }
  return { range, pool };
}

/** A run that was killed between making and removing a probe leaves it; a minute later nobody needs it. */
async function removeStaleProbes(engine: Engine, networks: readonly NetworkSummary[]): Promise<void> {
  const probes = networks.filter((network) => PROBE_NAME.test(network.Name ?? ''));
  if (probes.length === 0) return;
  const nowMs = await engine.serverTimeMs();
  for (const probe of probes) {
    const ageMs = nowMs - Date.parse(probe.Created ?? '');
    if (ageMs > PROBE_MAX_AGE_MS) await removeIfUnused(engine, probe);
  }
}

function rangesOf(network: NetworkSummary): Ipv4Range[] {
  return (network.IPAM?.Config ?? []).flatMap((config) => parseRange(config.Subnet ?? '') ?? []);
}

function isOverlap(error: unknown): boolean {
  return error instanceof EngineError && /overlaps with/i.test(error.engineMessage);
}

function isPoolExhausted(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(
      error.engineMessage,
    )
  );
}
