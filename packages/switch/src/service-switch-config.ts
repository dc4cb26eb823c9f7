import { createHash } from 'node:crypto';
import { folderInContainer, mapText, parseMapText } from './haproxy-config.ts';
import {
  connectionDefaults,
  forwardedHeaders,
  httpDefaults,
  probeAnswer,
  processSection,
  requestLog,
  slotServers,
  successorServer,
} from './haproxy-sections.ts';
import { isSameAddress, type ServedAddress } from './served-address.ts';
import type { Color, Protocol, SlotTargets } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

export interface ServicePort {
  /** Where the switch listens in its container; the service's name and the published ports lead there. */
  readonly port: number;
  /** `tcp` passes bytes on; `http` and `h2c` are both HTTP at the front, each slot says which it speaks. */
  readonly protocol: Protocol;
  /** The server's port that the Engine publishes it on: the one that clients and the app know it by. */
  readonly publishedPort: number | undefined;
  readonly slots: SlotTargets;
}

export interface ServiceSwitchDefinition {
  readonly ports: readonly ServicePort[];
  /** Longest silence of the app before the switch answers 504, in ms; undefined: as long as the app likes. */
  readonly requestTimeoutMs: number | undefined;
  /** Networks whose X-Forwarded-* headers are believed, as CIDR. */
  readonly trustedProxies: readonly string[];
}

/** The files in the folder of a service's switch. */
export interface ServiceSwitchFiles {
  readonly config: string;
  readonly map: string;
  readonly admin: string;
  readonly master: string;
}

export function serviceSwitchFiles(folder: string): ServiceSwitchFiles {
  return {
    config: `${folder}/haproxy.cfg`,
    map: `${folder}/live.map`,
    admin: `${folder}/admin.sock`,
    master: `${folder}/master.sock`,
  };
}

export const filesInContainer = serviceSwitchFiles(folderInContainer);

/** No backend has such a name, so HAProxy answers 503 at once, or ends a TCP connection. */
const nobody = 'none';

export function serviceMapText(live: Color | undefined): string {
  return live === undefined ? `live ${nobody}\n` : mapText(live);
}

/** The slot, `nobody`, or undefined when the text is not as it was written. */
export function parseServiceMap(text: string): Color | 'nobody' | undefined {
  return text.trim() === `live ${nobody}` ? 'nobody' : parseMapText(text);
}

/** The commands that lead every port of a switch to `color`, in one line of the runtime API. */
export function shiftCommands(color: Color, ports: readonly number[]): string[] {
  const weigh = (slot: Color, weight: number): string[] =>
    ports.map((port) => `set server ${slot}_${port}/${slot} weight ${weight}`);
  // A slot is given its weight before anything is led to it, and the one that is left loses its own, so that what
  // still waits for its container goes to the spare, the slot that serves.
  return [
    ...weigh(color, 1),
    liveCommand(color),
    ...colors.filter((slot) => slot !== color).flatMap((slot) => weigh(slot, 0)),
  ];
}

/** Leads every port to a slot's backends, to `successor`'s or to nobody's. */
export function liveCommand(backend: Color | 'successor' | undefined): string {
  return `set map ${filesInContainer.map} live ${backend ?? nobody}`;
}

/** The commands that move a running process's servers to where the slots are; none for those that are there. */
export function slotCommands(
  definition: ServiceSwitchDefinition,
  now: ReadonlyMap<string, ServedAddress>,
): string[] {
  return definition.ports.flatMap(({ port, slots }) =>
    colors.flatMap((backend) =>
      colors.flatMap((slot) => {
        const server = `${backend}_${port}/${slot}`;
        const is = now.get(server);
        const { host, port: at } = slots[slot];
        return is && isSameAddress(is, { host, port: at })
          ? []
          : [`set server ${server} addr ${host} port ${at}`];
      }),
    ),
  );
}

/**
 * Tells two configurations apart that need two processes. The slots' addresses are left out, because the runtime API
 * changes them.
 */
export function serviceSwitchMark(definition: ServiceSwitchDefinition, takesIpv6: boolean): string {
  const nowhere = { host: '0.0.0.0', port: 1 };
  const ports = definition.ports.map((port) => ({
    ...port,
    slots: { blue: { ...port.slots.blue, ...nowhere }, green: { ...port.slots.green, ...nowhere } },
  }));
  const text = configLines({ ...definition, ports }, takesIpv6).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * HAProxy's configuration for one service of a Compose stack.
 *
 * - One map entry decides for all ports, so that a flip is one step: `blue` leads port 8000 to the backend `blue_8000`.
 * - `successor_8000` passes the requests that still reach a process that was reloaded to the one that followed it, by
 *   a socket which that one inherits with the others.
 * - The mark is what a process says of its configuration in `show info`, so that a later job can see which it runs.
 *
 * @param takesIpv6 false where the kernel has none and would refuse the socket. A container whose network has none is
 * no such place: there the socket is made and gets nothing.
 */
export function renderServiceSwitchConfig(definition: ServiceSwitchDefinition, takesIpv6: boolean): string {
  const [global = '', ...rest] = configLines(definition, takesIpv6);
  return [global, `  description ${serviceSwitchMark(definition, takesIpv6)}`, ...rest].join('\n');
}

function configLines(definition: ServiceSwitchDefinition, takesIpv6: boolean): string[] {
  return [
    ...processSection(filesInContainer.admin, undefined),
    'defaults tcp',
    '  mode tcp',
    ...connectionDefaults(definition.requestTimeoutMs),
    '',
    'defaults http from tcp',
    '  mode http',
    ...httpDefaults(),
    '',
    ...definition.ports.flatMap((port) => portSections(port, definition.trustedProxies, takesIpv6)),
  ];
}

function portSections(served: ServicePort, trustedProxies: readonly string[], takesIpv6: boolean): string[] {
  const { port, protocol, publishedPort, slots } = served;
  const isHttp = protocol !== 'tcp';
  const from = `from ${isHttp ? 'http' : 'tcp'}`;
  const relay = `${folderInContainer}/relay-${port}.sock`;
  const lookUp = `  use_backend %[str(live),map(${filesInContainer.map})]_${port}`;
  return [
    `frontend port_${port} ${from}`,
    `  bind ipv4@0.0.0.0:${port}`,
    ...(takesIpv6 ? [`  bind ipv6@[::]:${port} v6only`] : []),
    ...requestLog(protocol),
    ...(isHttp ? forwardedHeaders(publishedPort ?? port, trustedProxies) : []),
    ...(isHttp ? probeAnswer() : []),
    lookUp,
    '',
    `frontend relay_${port} ${from}`,
    `  bind unix@${relay} mode 600 accept-proxy`,
    ...requestLog(protocol),
    ...(isHttp ? probeAnswer() : []),
    lookUp,
    '',
    ...colors.flatMap((color) => [
      `backend ${color}_${port} ${from}`,
      ...slotServers(color, slots, protocol),
      '',
    ]),
    ...[`backend successor_${port} ${from}`, successorServer(relay), ''],
  ];
}
