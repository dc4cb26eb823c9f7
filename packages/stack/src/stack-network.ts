import type { ServicePlan, SlotAddresses } from '#compose';
import { divideRange, findFreeRange } from '#engine';
import type { StackGround, StackJob } from './stack-context.ts';
import { StackRefusal } from './stack-refusal.ts';
import type { StackNetwork } from './stack-release.ts';

/** Half of its 64 addresses are for the Engine; the other half holds 15 services. */
const networkPrefix = 26;
/** The stack's own network as it is, with room for services that are new. */
export async function networkFor(
  job: StackJob,
  { state }: StackGround,
  plans: Readonly<Record<string, ServicePlan>>,
): Promise<StackNetwork> {
  // Also of a release that failed: its network may be there, and addresses must not change hands.
  const known = state.live?.network ?? state.releases.at(-1)?.network;
  const range = known ? divideRange(known.subnet) : await findFreeRange(job.server.engine, networkPrefix);
  if (!range) throw new Error(`${known?.subnet} is no range`);
  const slots: Record<string, SlotAddresses> = { ...known?.slots };
  const routed = Object.values(plans).flatMap(({ role, service }) => (role === 'routed' ? [service] : []));
  // A service that no release knows any more gives its addresses back.
  const remembered = new Set(state.releases.flatMap(({ services }) => Object.keys(services)));
  for (const name of Object.keys(slots)) if (!(name in plans) && !remembered.has(name)) delete slots[name];
  for (const service of routed) {
    if (slots[service]) continue;
    const taken = new Set(Object.values(slots).flatMap(({ blue, green }) => [blue, green]));
    const [blue, green] = range.fixed.filter((address) => !taken.has(address));
    if (blue === undefined || green === undefined) {
      throw new StackRefusal(
        `The stack has more services with ports than its network ${range.subnet} has addresses for; split it into two stacks.`,
      );
    }
    slots[service] = { blue, green };
  }
  const { subnet, gateway, ipRange } = range;
  return { subnet, gateway, ipRange, slots };
}
