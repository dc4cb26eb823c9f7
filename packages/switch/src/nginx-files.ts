import { createHash } from 'node:crypto';
import type { Color, SlotAddress } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

export type SlotAddresses = Readonly<Record<Color, SlotAddress>>;

/** What upstream.conf says: the slot that serves, and where both are; nothing serves before the first deploy. */
export type NginxState = { readonly live: 'none' } | { readonly live: Color; readonly slots: SlotAddresses };

export interface NginxFiles {
  readonly folder: string;
  /** For the `http` block. */
  readonly upstream: string;
  /** For the `location` that serves the app. */
  readonly location: string;
}

export function nginxFiles(folder: string): NginxFiles {
  return { folder, upstream: `${folder}/upstream.conf`, location: `${folder}/location.conf` };
}

/** nginx's hash of variables takes names of up to 46 characters unless the user has made it larger. */
const longestKey = 20;

/**
 * The app's name as nginx's upstreams and variables can be called.
 *
 * @throws TypeError for a name that is not one of an app
 */
export function nginxIdentifier(app: string): string {
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(app)) throw new TypeError(`not an app's name: ${JSON.stringify(app)}`);
  const key = app.replaceAll('-', '_');
  if (key.length <= longestKey) return `switchyard_${key}`;
  const hash = createHash('sha256').update(app).digest('hex').slice(0, 8);
  return `switchyard_${key.slice(0, longestKey - 9)}_${hash}`;
}

/** Asks nginx itself, not the app, which slot it serves. */
export const askColor = 'color';

/**
 * The file for nginx's `http` block. It has no `keepalive`, so each connection to a slot is a request in flight.
 * Its comments hold what a later deploy needs to know, and are checked against the rest of it.
 */
export function renderUpstream(
  app: string,
  state: NginxState,
  trustedProxies: readonly string[] = [],
): string {
  const name = nginxIdentifier(app);
  const server =
    state.live === 'none'
      ? 'server 127.0.0.1:9 down;'
      : `server ${addressText(state.slots[state.live])} max_fails=0;`;
  return [
    `# Written by Switchyard at every deploy of ${app}; changes by hand are lost.`,
    `# switchyard: ${state.live}`,
    ...(state.live === 'none'
      ? []
      : colors.map((color) => `# slot ${color}: ${addressText(state.slots[color])}`)),
    `upstream ${name} {`,
    `    ${server}`,
    '}',
    `map $http_switchyard_probe $${name}_color { default ${state.live}; }`,
    `map $http_upgrade $${name}_connection { default upgrade; "" close; }`,
    // HTTP/3 requests have no Host header.
    `map $http_host $${name}_host { default $http_host; "" $host; }`,
    ...forwardedMaps(name, trustedProxies),
    '',
  ].join('\n');
}

/** Headers of an edge are passed on; anybody else's are replaced by what nginx itself sees. */
function forwardedMaps(name: string, trustedProxies: readonly string[]): string[] {
  const edges = trustedProxies.map((range) => ` ${checkedRange(range)} 1;`).join('');
  const given = (header: string, suffix: string, fallback: string): string[] => [
    `map $http_${header} $${name}_x${suffix} { default $http_${header}; "" ${fallback}; }`,
    `map $${name}_edge $${name}_${suffix} { default ${fallback}; 1 $${name}_x${suffix}; }`,
  ];
  return [
    `geo $${name}_edge { default 0;${edges} }`,
    `map $${name}_edge $${name}_for { default $remote_addr; 1 $proxy_add_x_forwarded_for; }`,
    `map $${name}_edge $${name}_forwarded { default ""; 1 $http_forwarded; }`,
    ...given('x_forwarded_proto', 'proto', '$scheme'),
    ...given('x_forwarded_host', 'fhost', `$${name}_host`),
    ...given('x_forwarded_port', 'port', '$server_port'),
    // An edge that tells the client's address only by X-Forwarded-For must not be taken for the client.
    `map $${name}_edge $${name}_client { default $remote_addr; 1 $http_x_real_ip; }`,
  ];
}

function checkedRange(range: string): string {
  if (!/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/.test(range))
    throw new TypeError(`not a range: ${JSON.stringify(range)}`);
  return range;
}

/**
 * The file for the `location` that serves the app.
 *
 * - `add_header` stands inside `if`: outside it would switch off every `add_header` of the server block.
 * - Nothing is buffered, so event streams and uploads flow as they come, and a request that the app has taken is
 *   never sent a second time.
 * - Time-outs are as long as nginx knows: the app decides how long an upload, a WebSocket or a stream may last.
 */
export function renderLocation(app: string): string {
  const name = nginxIdentifier(app);
  const header = `add_header Switchyard-Color $${name}_color always;`;
  return `# Written by Switchyard for ${app}; changes by hand are lost.
if ($http_switchyard_probe) { ${header} }
if ($http_switchyard_probe = ${askColor}) {
    ${header}
    return 204;
}
proxy_pass http://${name};
proxy_http_version 1.1;
proxy_set_header Host $${name}_host;
proxy_set_header Connection $${name}_connection;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header X-Real-IP $${name}_client;
proxy_set_header X-Forwarded-For $${name}_for;
proxy_set_header X-Forwarded-Proto $${name}_proto;
proxy_set_header X-Forwarded-Host $${name}_fhost;
proxy_set_header X-Forwarded-Port $${name}_port;
proxy_set_header Forwarded $${name}_forwarded;
proxy_set_header Switchyard-Probe "";
proxy_next_upstream off;
proxy_buffering off;
proxy_request_buffering off;
proxy_buffer_size 32k;
proxy_buffers 8 32k;
proxy_busy_buffers_size 64k;
proxy_connect_timeout 5s;
proxy_send_timeout 24d;
proxy_read_timeout 24d;
`;
}

/** Reads upstream.conf; undefined when it is not as it was written, so that nobody trusts half of it. */
export function parseUpstream(text: string): NginxState | undefined {
  const live = only(text, /^# switchyard: (\w+)$/gm);
  const server = only(text, /^\s*server (\S+?)(?: [^\n]*)?;$/gm);
  if (!live || !server) return undefined;
  if (live === 'none') return { live };
  const color = colors.find((candidate) => candidate === live);
  const blue = parseAddress(only(text, /^# slot blue: (\S+)$/gm));
  const green = parseAddress(only(text, /^# slot green: (\S+)$/gm));
  if (!color || !blue || !green) return undefined;
  const slots = { blue, green };
  return addressText(slots[color]) === server ? { live: color, slots } : undefined;
}

function only(text: string, pattern: RegExp): string | undefined {
  const found = [...text.matchAll(pattern)];
  return found.length === 1 ? found[0]?.[1] : undefined;
}

function addressText({ host, port }: SlotAddress): string {
  return `${host}:${port}`;
}

function parseAddress(text: string | undefined): SlotAddress | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(text ?? '');
  return match?.[1] && match[2] ? { host: match[1], port: Number(match[2]) } : undefined;
}

/** A path as an `include` line wants it. */
export function includeLine(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? `include ${path};` : `include "${path.replaceAll(/["\\]/g, '\\$&')}";`;
}
