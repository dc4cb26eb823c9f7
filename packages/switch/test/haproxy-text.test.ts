import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { HaproxyDefinition } from '../src/haproxy-config.ts';
import {
  mapText,
  parseHaproxyConfig,
  parseMapText,
  renderHaproxyConfig,
  servedAddresses,
} from '../src/haproxy-config.ts';
import { becomeUser, definitionHash, switchContainerConfig } from '../src/haproxy-container.ts';
import { startFailure } from '../src/haproxy-generations.ts';
import { LineSplitter, parseLogLine } from '../src/haproxy-log.ts';
import {
  completeAnswers,
  inFlightOn,
  parseStatistics,
  runtimeCommands,
  SwitchError,
  sessionsOn,
  slotRow,
} from '../src/haproxy-runtime.ts';
import { writeHaproxyAddress } from '../src/haproxy-sections.ts';
import type { SlotTargets, SwitchProcess } from '../src/index.ts';
import { canonicalHost, coversAddress, printedAddress } from '../src/served-address.ts';

const process: SwitchProcess = {
  app: 'shop',
  imageId: 'sha256:aa',
  image: 'haproxy:lts',
  network: { mode: 'host' },
  folder: '/home/deploy/.switchyard/shop/switch',
  uid: 1001,
  gid: 1001,
};
const definition: HaproxyDefinition = {
  listen: { host: '127.0.0.1', port: 8080 },
  protocol: 'http',
  requestTimeoutMs: undefined,
  trustedProxies: ['127.0.0.1'],
  alsoListen: undefined,
  becomeUser: undefined,
  isPublished: false,
};
const targets: SlotTargets = {
  blue: { host: '10.0.0.2', port: 80, protocol: 'http' },
  green: { host: '10.0.0.3', port: 80, protocol: 'http' },
};

describe('a configuration that is read back', () => {
  it.each<[string, Partial<HaproxyDefinition>]>([
    ['plain', {}],
    [
      'with a limit and several edges',
      { requestTimeoutMs: 9000, trustedProxies: ['10.0.0.0/8', 'fc00::/7'] },
    ],
    ['that trusts nobody', { trustedProxies: [] }],
    ['on IPv6', { listen: { host: '::1', port: 443 } }],
    ['published', { listen: { host: '192.0.2.1', port: 80 }, isPublished: true }],
  ])('says what it was made of: %s', (_, changes) => {
    const { listen, requestTimeoutMs, trustedProxies } = { ...definition, ...changes };
    const text = renderHaproxyConfig({ ...definition, ...changes }, targets, '1');
    const expected = { listen, requestTimeoutMs, trustedProxies, protocol: 'http' };
    expect(parseHaproxyConfig(text)).toEqual(expected);
  });

  it('says that it passes bytes, and nothing when it is none', () => {
    const tcp = renderHaproxyConfig({ ...definition, protocol: 'tcp', trustedProxies: [] }, targets, '1');
    expect(parseHaproxyConfig(tcp)?.protocol).toBe('tcp');
    for (const text of ['', 'global', tcp.slice(1), tcp.slice(0, 200)]) {
      expect(parseHaproxyConfig(text)).toBeUndefined();
    }
  });
});

describe("a switch's definition", () => {
  const hash = definitionHash(process, definition, targets);
  const moved = { ...targets, green: { ...targets.green, host: '10.9.9.9', port: 81 } };

  it('is the same whatever the runtime API can change', () => {
    expect(definitionHash({ ...process }, { ...definition }, { ...targets })).toBe(hash);
    expect(definitionHash(process, definition, moved)).toBe(hash);
    expect(definitionHash({ ...process, image: 'haproxy:3.2' }, definition, targets)).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Partial<SwitchProcess>, Partial<HaproxyDefinition>]>([
    ['image', { imageId: 'sha256:bb' }, {}],
    ['network', { network: { mode: 'published', network: 'n' } }, {}],
    ['user', { uid: 1002 }, {}],
    ['port', {}, { listen: { host: '127.0.0.1', port: 8081 } }],
    ['address', {}, { listen: { host: '::1', port: 8080 } }],
    ['former address', {}, { alsoListen: { host: '127.0.0.1', port: 8081 } }],
    ['time-out', {}, { requestTimeoutMs: 1 }],
    ['protocol', {}, { protocol: 'tcp' }],
    ['trust', {}, { trustedProxies: [] }],
    ['root start', {}, { becomeUser: { uid: 1001, gid: 1001 } }],
  ])('changes with its %s', (_what, inProcess, inDefinition) => {
    expect(
      definitionHash({ ...process, ...inProcess }, { ...definition, ...inDefinition }, targets),
    ).not.toBe(hash);
  });

  it('changes with the protocol of a slot', () => {
    const h2 = { ...targets, green: { ...targets.green, protocol: 'h2c' as const } };
    expect(definitionHash(process, definition, h2)).not.toBe(hash);
  });

  it('starts as root only for a low port in the host network, and with few rights', () => {
    expect(becomeUser(process, [8080, 80])).toEqual({ uid: 1001, gid: 1001 });
    expect(becomeUser(process, [1023])).toBeDefined();
    expect(becomeUser(process, [1024])).toBeUndefined();
    expect(becomeUser({ ...process, uid: 0 }, [80])).toBeUndefined();
    expect(becomeUser({ ...process, network: { mode: 'published', network: 'n' } }, [80])).toBeUndefined();
    const config = switchContainerConfig(process, definition, targets, '4', '3');
    expect(config.User).toBe('1001:1001');
    expect(config.HostConfig.CapAdd).toEqual([]);
    expect(config.HostConfig.CapDrop).toEqual(['ALL']);
    expect(config.HostConfig.RestartPolicy).toEqual({ Name: 'no' });
    expect(config.Cmd.slice(-2)).toEqual(['-x', '/switchyard/admin-3.sock']);
    const published = { ...process, network: { mode: 'published', network: 'n' } } as const;
    const shown = switchContainerConfig(
      published,
      { ...definition, isPublished: true },
      targets,
      '1',
      undefined,
    );
    expect(shown.HostConfig.PortBindings).toEqual({
      '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
    });
    expect(shown.Cmd).not.toContain('-x');
    expect(renderHaproxyConfig({ ...definition, isPublished: true }, targets, '1')).toContain(
      '  bind ipv4@0.0.0.0:8080\n',
    );
  });

  it('writes addresses as HAProxy reads them', () => {
    expect(writeHaproxyAddress({ host: '::', port: 1 })).toBe('ipv6@[::]:1');
    expect(writeHaproxyAddress({ host: '10.0.0.1', port: 65535 })).toBe('ipv4@10.0.0.1:65535');
  });
});

describe('the addresses of a switch', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::not an address', '::not an address'],
  ])('%s is %s', (host, canonical) => {
    expect(canonicalHost(host)).toBe(canonical);
  });

  it.each([
    ['0.0.0.0', '127.0.0.1', true],
    ['::', '127.0.0.1', true],
    ['::', '0.0.0.0', true],
    ['::', '::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['0.0.0.0', '::1', false],
    ['0.0.0.0', '::', false],
    ['127.0.0.1', '0.0.0.0', false],
    ['127.0.0.1', '127.0.0.2', false],
  ])('a socket on %s takes all of %s: %s', (wide, narrow, expected) => {
    expect(coversAddress({ host: wide, port: 80 }, { host: narrow, port: 80 })).toBe(expected);
    expect(coversAddress({ host: wide, port: 80 }, { host: narrow, port: 81 })).toBe(false);
  });

  it('are read from the remarks at the top of its configuration, and from nowhere else', () => {
    const remark = '# Serves ipv4@127.0.0.1:80\n';
    const other = '# Serves ipv6@[0:0::1]:81\n';
    const [one, two] = [
      { host: '127.0.0.1', port: 80 },
      { host: '::1', port: 81 },
    ];
    expect(servedAddresses(`${remark}global\n${other}`)).toEqual([one]);
    expect(servedAddresses(`${remark}${other}${remark}global\n`)).toEqual([one, two]);
    expect(servedAddresses(`global\n${remark}`)).toEqual([]);
    expect(servedAddresses('')).toEqual([]);
  });

  it('have brackets in sentences when they are IPv6', () => {
    expect(printedAddress({ host: '::', port: 80 })).toBe('[::]:80');
    expect(printedAddress({ host: '0.0.0.0', port: 80 })).toBe('0.0.0.0:80');
    const log =
      '[ALERT] (1) : Binding for frontend app: cannot bind socket (Address already in use) for [:::8080]';
    expect(startFailure(log, false, 'haproxy')).toContain('cannot listen on [::]:8080,');
  });
});

describe('the map file', () => {
  it.each(['blue', 'green'] as const)('says %s', (color) => {
    expect(parseMapText(mapText(color))).toBe(color);
  });

  it.each([
    ['', undefined],
    ['live red\n', undefined],
    ['dead blue\n', undefined],
    ['live bluegreen', undefined],
    ['live blue; rm', undefined],
    ['# note\nlive green\r\n', 'green'],
    ['live blue', 'blue'],
  ])('reads %j as %s', (text, color) => {
    expect(parseMapText(text)).toBe(color);
  });
});

describe("the runtime API's answers", () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['\n0x55 live green\n\n', ['', '0x55 live green']],
    ['a\nb\n\nc', ['a\nb']],
    ['a\nb\n\nc\n', ['a\nb']],
    ['half', []],
  ])('%j are %j', (text, answers) => {
    expect(completeAnswers(text)).toEqual(answers);
  });

  // Shortened to the columns that count and one that does not.
  const csv = [
    '# pxname,svname,qcur,scur,stot,mode,',
    'app,FRONTEND,,12,100,http,',
    'blue,blue,1,2,60,http,',
    'blue,green,0,3,60,http,',
    'blue,BACKEND,1,9,61,http,',
    'green,green,0,0,60,http,',
    'green,blue,0,1,60,http,',
    'green,BACKEND,0,0,,http,',
    '',
  ].join('\n');

  it('hold statistics', () => {
    const rows = parseStatistics(csv);
    expect(slotRow(rows, 'blue')).toEqual({
      proxy: 'blue',
      server: 'BACKEND',
      inFlight: 9,
      queued: 1,
    });
    expect(() => slotRow(rows.slice(0, 1), 'blue')).toThrow('knows no slot blue');
  });

  it('tell what a slot answers and what waits for it from what its spare answers', () => {
    const rows = parseStatistics(csv);
    // Two that blue answers, four that wait for it, one in the queue, one that came for green.
    expect(inFlightOn(rows, 'blue')).toBe(8);
    expect(inFlightOn(rows, 'green')).toBe(3);
    const noSpares = rows.filter(({ server }) => server === 'BACKEND');
    expect(inFlightOn(noSpares, 'blue')).toBe(10);
    const spareJustEnded = rows.map((row) => (row.inFlight === 9 ? { ...row, inFlight: 2 } : row));
    expect(inFlightOn(spareJustEnded, 'blue')).toBe(4);
  });

  it.each(['', 'Unknown command', '<html>', "Can't connect to the target CLI!"])('hold none: %j', (text) => {
    expect(() => parseStatistics(text)).toThrow(SwitchError);
  });

  it.each([
    ['without the column', csv.replace('scur', 'other'), /column scur/],
    ['with another word in it', csv.replace('1,9,61', '1,zzz,61'), /column scur/],
    ['with a line that is cut', `${csv}blue,BACKEND`, /column scur/],
    ['without the queue', csv.replace('qcur', 'other'), /column qcur/],
    ['with a queue that is no number', csv.replace('1,9,61', '-,9,61'), /column qcur/],
  ])('do not pass for "nothing in flight" %s', (_, text, message) => {
    const read = () => parseStatistics(text);
    expect(read).toThrow(SwitchError);
    expect(read).toThrow(message);
  });

  it("name a slot's sessions", () => {
    const answer =
      '0x557df7d7a310: proto=tcpv4 src=127.0.0.1:60342 fe=app be=blue srv=blue ts=00 exp=4s\n' +
      '0x557df7d7a311: proto=tcpv4 src=127.0.0.1:60343 fe=app be=green srv=green ts=00 exp=4s\n' +
      '0x557df7d7a312: proto=tcpv4 src=127.0.0.1:60344 fe=app be=green srv=blue ts=00 exp=4s\n' +
      '0x557df7d7a313: proto=tcpv4 src=127.0.0.1:60345 fe=app be=green srv=<none> ts=00 exp=4s\n' +
      '0x557df7d7b9d0: proto=sockpair src=unix:2 fe=GLOBAL be=<NONE> srv=<none> ts=00\nrubbish be=blue ';
    expect(sessionsOn('blue', answer)).toEqual(['0x557df7d7a310', '0x557df7d7a312']);
    expect(sessionsOn('green', answer)).toEqual(['0x557df7d7a311', '0x557df7d7a313']);
    expect(sessionsOn('green', '')).toEqual([]);
  });

  const answering = (talk: (stream: PassThrough) => void) => async () => {
    const stream = new PassThrough();
    const sent: string[] = [];
    stream.write = ((chunk: string) => {
      sent.push(chunk);
      setImmediate(() => talk(stream));
      return true;
    }) as typeof stream.write;
    return stream;
  };

  it('come in pieces', async () => {
    const open = answering((stream) => {
      for (const piece of ['\n0x1 li', 've blue', '\n', '\n']) stream.push(piece);
    });
    expect(await runtimeCommands(open, ['set map a b c', 'show map a'])).toEqual(['', '0x1 live blue']);
  });

  it('may be missing, late, cut or endless', async () => {
    await expect(
      runtimeCommands(
        answering(() => {}),
        ['show info'],
        50,
      ),
    ).rejects.toThrow('within 50 ms');
    await expect(
      runtimeCommands(
        answering((stream) => stream.destroy()),
        ['show info'],
      ),
    ).rejects.toThrow(SwitchError);
    await expect(
      runtimeCommands(
        answering((stream) => stream.destroy(new Error('EPIPE'))),
        ['show info'],
      ),
    ).rejects.toThrow('EPIPE');
    const endless = answering((stream) => {
      for (let count = 0; count < 20; count += 1) stream.push('x'.repeat(65_536));
    });
    await expect(runtimeCommands(endless, ['show info'])).rejects.toThrow('longer than 1 MiB');
  });

  it('are never asked for with a second command smuggled in', async () => {
    for (const command of ['a;b', 'a\nb', 'a\rb'])
      await expect(
        runtimeCommands(
          answering(() => {}),
          [command],
        ),
      ).rejects.toThrow(TypeError);
  });
});

describe("the switch's log", () => {
  it.each([
    ['blue blue 200 12 900 --', { color: 'blue', status: 200, latencyMs: 12, failed: false }],
    [
      '<134>Nov 21 03:00:00 haproxy[1]: green green 503 -1 5003 SC',
      { color: 'green', status: 503, failed: true },
    ],
    ['blue blue 504 -1 300 sH\r', { status: 504, failed: true }],
    ['blue blue 200 4 4 CD', { status: 200, failed: false }],
    ['blue blue 400 -1 4 cR', { failed: false }],
    // TCP: the minute that the connection was open is nobody's latency.
    ['green green - -1 60000 --', { color: 'green', status: undefined, latencyMs: undefined, failed: false }],
    ['green green -1 -1 4 CH', { status: undefined, failed: false }],
    // A request that waited for a slot whose container was gone, and was answered by the other one.
    ['green blue 200 3 3 --', { color: 'blue', status: 200 }],
    ['green <NOSRV> 503 -1 9 SC', { color: 'green', failed: true }],
  ])('%j', (line, request) => {
    expect(parseLogLine(line)).toMatchObject(request);
  });

  it.each([
    '',
    'successor successor 200 1 1 --',
    'app app 400 -1 1 PR',
    'blue blue 200 -1 -1 --',
    'blue blue 200 1 1',
    'blue blue 200 1 --',
    'blue blue abc 1 1 --',
    'xblue blue 200 1 1 --',
    `blue blue 200 1 ${'9'.repeat(40)} --`,
  ])('leaves out %j', (line) => {
    expect(parseLogLine(line)).toBeUndefined();
  });

  it('is cut into lines, and a line without an end is dropped', () => {
    const lines = new LineSplitter();
    expect(lines.push('a')).toEqual([]);
    expect(lines.push('b\nc\nd')).toEqual(['ab', 'c']);
    expect(lines.push('x'.repeat(5000))).toEqual([]);
    expect(lines.push('e\nf\n')).toEqual(['e', 'f']);
  });
});
