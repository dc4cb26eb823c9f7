import type { Color } from '#switch';
import { composeFileText } from './compose-file-text.ts';
import { stackNetwork } from './released-names.ts';
import { usedNames } from './released-project.ts';
import type { ResolvedProject, ResolvedService, SlotAddresses } from './resolved-project.ts';
import { stackLabels } from './service-options.ts';

/**
 * A released project in which one service has another colour, and all else is as it was.
 *
 * @param slots Where the service's two colours have their addresses; undefined for one that is not routed.
 */
export function recolored(
  released: ResolvedProject,
  service: string,
  color: Color,
  slots: SlotAddresses | undefined,
): ResolvedProject {
  const definition = released.services[service];
  if (definition === undefined) throw new TypeError(`the released project has no service ${service}`);
  const networks =
    slots === undefined
      ? definition.networks
      : { ...definition.networks, [stackNetwork]: { ipv4_address: slots[color] } };
  return {
    ...released,
    services: {
      ...released.services,
      [service]: {
        ...definition,
        labels: { ...definition.labels, [stackLabels.color]: color },
        ...(networks === undefined ? {} : { networks }),
      },
    },
  };
}

/**
 * Whether a shipped service of one released project needs no new container to be as the other says: nothing differs but
 * its colour and its slot's address. A secret's new file counts, though Compose itself compares only its name; and so
 * does what it waits for, because Compose before 2.29 would replace a container for that.
 */
export function isSameButForColor(before: ResolvedProject, after: ResolvedProject, service: string): boolean {
  const [was, is] = [before.services[service], after.services[service]];
  if (was === undefined || is === undefined) return false;
  return colorless(before, was) === colorless(after, is);
}

function colorless(project: ResolvedProject, service: ResolvedService): string {
  const { [stackLabels.color]: _color, ...labels } = service.labels ?? {};
  const { [stackNetwork]: _slot, ...networks } = service.networks ?? {};
  const kinds = ['networks', 'volumes', 'secrets', 'configs'] as const;
  const used = kinds.map((kind) => {
    const names = usedNames(kind, { ...service, networks });
    return Object.entries(project[kind] ?? {})
      .filter(([name]) => names.has(name))
      .sort(([left], [right]) => (left < right ? -1 : 1));
  });
  return composeFileText([{ ...service, labels, networks }, used]);
}
