import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { programPath } from '../../../scripts/test-tools-debian.ts';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import type { HaproxyDefinition } from '../src/haproxy-config.ts';
import { mapText, renderHaproxyConfig } from '../src/haproxy-config.ts';
import type { Protocol, ServiceSwitchDefinition, SlotTargets } from '../src/index.ts';
import { renderServiceSwitchConfig } from '../src/service-switch-config.ts';

const plain: HaproxyDefinition = {
  listen: { host: '127.0.0.1', port: 8080 },
  protocol: 'http',
  requestTimeoutMs: undefined,
  trustedProxies: ['127.0.0.0/8', '::1'],
  alsoListen: undefined,
  becomeUser: undefined,
  isPublished: false,
};
const targets: SlotTargets = {
  blue: { host: '172.30.0.2', port: 8080, protocol: 'http' },
  green: { host: 'fd00::3', port: 65535, protocol: 'http' },
};
const speaking = (protocol: 'h2c' | 'tcp'): SlotTargets => ({
  blue: { ...targets.blue, protocol },
  green: { ...targets.green, protocol },
});

const tcp = { ...plain, protocol: 'tcp' } as const;
const h2c = { ...plain, protocol: 'h2c' } as const;

const configs: [string, HaproxyDefinition, SlotTargets][] = [
  ['http', plain, targets],
  ['http with a request time-out', { ...plain, requestTimeoutMs: 1 }, targets],
  ['nobody trusted', { ...plain, trustedProxies: [] }, targets],
  [
    'many trusted networks',
    { ...plain, trustedProxies: Array.from({ length: 300 }, (_, n) => `10.${n % 250}.${n >> 7}.0/24`) },
    targets,
  ],
  ['IPv6', { ...plain, listen: { host: '::1', port: 8080 } }, targets],
  ['every IPv6 address', { ...plain, listen: { host: '::', port: 8080 } }, targets],
  ['every IPv4 address', { ...plain, listen: { host: '0.0.0.0', port: 65535 } }, targets],
  ['published', { ...plain, isPublished: true, listen: { host: '192.0.2.1', port: 80 } }, targets],
  [
    'low port',
    { ...plain, listen: { host: '127.0.0.1', port: 80 }, becomeUser: { uid: 1001, gid: 1002 } },
    targets,
  ],
  ['low port, tcp', { ...tcp, becomeUser: { uid: 1001, gid: 1002 } }, speaking('tcp')],
  [
    'two addresses',
    {
      ...plain,
      listen: { host: '127.0.0.1', port: 8081 },
      alsoListen: { host: '127.0.0.1', port: 8080 },
    },
    targets,
  ],
  ['h2c', h2c, speaking('h2c')],
  ['h2c and http', h2c, { blue: targets.blue, green: speaking('h2c').green }],
  ['tcp', tcp, speaking('tcp')],
  ['tcp with a time-out', { ...tcp, requestTimeoutMs: 3_600_000 }, speaking('tcp')],
];

describeWithEngine('the configuration that HAProxy reads', () => {
  let haproxy: string;

  beforeAll(async () => {
    await buildLocalImages();
    haproxy = programPath('haproxy') ?? '';
  });

  /** All that it says of a configuration in a folder of its own. */
  async function verdict(text: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'haproxy-config-'));
    try {
      await writeFile(join(folder, 'live.map'), mapText('blue'));
      await writeFile(join(folder, 'haproxy.cfg'), text.replaceAll('/switchyard/', `${folder}/`));
      return await new Promise<string>((resolve) => {
        execFile(haproxy, ['-c', '-f', join(folder, 'haproxy.cfg')], (error, out, err) =>
          resolve(`${error ? `exit ${error.code} ` : ''}${out}${err}`.trim()),
        );
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it.each(configs)('has no error and no warning: %s', async (_name, definition, slots) => {
    expect(await verdict(renderHaproxyConfig(definition, slots, '3'))).toBe('Configuration file is valid');
  });

  it.each<[string, ServiceSwitchDefinition, boolean]>([
    ['one port', service(['http']), true],
    ['ports that speak each their own', service(['http', 'h2c', 'tcp']), true],
    ['bytes only', service(['tcp']), true],
    ['a time-out', { ...service(['http', 'tcp']), requestTimeoutMs: 9000 }, true],
    ['trust', { ...service(['http', 'tcp']), trustedProxies: ['10.0.0.0/8', 'fc00::/7'] }, true],
    ['a kernel without IPv6', service(['http', 'tcp']), false],
    ['a hundred ports', service(Array.from({ length: 100 }, () => 'http')), true],
  ])('has no error and no warning for a service: %s', async (_name, definition, takesIpv6) => {
    const text = renderServiceSwitchConfig(definition, takesIpv6);
    expect(await verdict(text)).toBe('Configuration file is valid');
  });
});

function service(protocols: readonly Protocol[]): ServiceSwitchDefinition {
  const ports = protocols.map((protocol, index) => ({
    ...{ port: 8000 + index, protocol, publishedPort: undefined },
    slots: protocol === 'http' ? targets : speaking(protocol),
  }));
  return { ports, requestTimeoutMs: undefined, trustedProxies: [] };
}
