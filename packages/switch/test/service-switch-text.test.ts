import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { HaproxyMaster, parseProcesses } from '../src/haproxy-master.ts';
import {
  inFlightOnPorts,
  parseServerAddresses,
  parseStatistics,
  sessionsOn,
} from '../src/haproxy-runtime.ts';
import type { ServiceSwitchDefinition } from '../src/index.ts';
import { ServiceSwitch, SwitchError, serviceSwitchContainer, shiftCommands } from '../src/index.ts';
import {
  parseServiceMap,
  renderServiceSwitchConfig,
  serviceMapText,
  serviceSwitchMark,
  slotCommands,
} from '../src/service-switch-config.ts';

const slots = {
  blue: { host: '172.30.0.2', port: 8080, protocol: 'http' },
  green: { host: '172.30.0.3', port: 9090, protocol: 'http' },
} as const;
const definition: ServiceSwitchDefinition = {
  ports: [
    { port: 8000, protocol: 'http', publishedPort: 80, slots },
    { port: 5000, protocol: 'tcp', publishedPort: undefined, slots },
  ],
  requestTimeoutMs: undefined,
  trustedProxies: [],
};
const [web, raw] = definition.ports as [(typeof definition.ports)[number], (typeof definition.ports)[number]];

describe("the configuration of a service's switch", () => {
  const text = renderServiceSwitchConfig(definition, true);

  it('has every port led by the one entry of the map, and each in its own mode', () => {
    expect(text).toContain('use_backend %[str(live),map(/switchyard/live.map)]_8000\n');
    expect(text).toContain('use_backend %[str(live),map(/switchyard/live.map)]_5000\n');
    expect(text).toContain('frontend port_8000 from http\n');
    expect(text).toContain('backend green_5000 from tcp\n');
  });

  it('tells the app the port that clients know, and the one of the service where none is published', () => {
    expect(text).toContain('set-header X-Forwarded-Port 80 if');
    const inside = renderServiceSwitchConfig(
      { ...definition, ports: [{ ...web, publishedPort: undefined }] },
      true,
    );
    expect(inside).toContain('set-header X-Forwarded-Port 8000 if');
  });

  it('asks for no IPv6 socket where the kernel has none', () => {
    expect(text).toContain('  bind ipv6@[::]:8000 v6only\n');
    expect(renderServiceSwitchConfig(definition, false)).not.toContain('ipv6@');
  });

  it('has a mark that stays for what the runtime API can change', () => {
    const moved = { ...slots, green: { ...slots.green, host: '172.30.0.9', port: 1 } };
    const mark = serviceSwitchMark(definition, true);
    expect(text).toContain(`\n  description ${mark}\n`);
    expect(serviceSwitchMark({ ...definition, ports: [{ ...web, slots: moved }, raw] }, true)).toBe(mark);
  });

  it.each<[string, Partial<ServiceSwitchDefinition>]>([
    ['a port', { ports: [web] }],
    ['a protocol', { ports: [web, { ...raw, protocol: 'http' }] }],
    [
      'what a slot speaks',
      { ports: [{ ...web, slots: { ...slots, blue: { ...slots.blue, protocol: 'h2c' } } }, raw] },
    ],
    ['the published port', { ports: [{ ...web, publishedPort: 81 }, raw] }],
    ['the time-out', { requestTimeoutMs: 1 }],
    ['trust', { trustedProxies: ['10.0.0.0/8'] }],
  ])('has another mark with %s', (_what, change) => {
    expect(serviceSwitchMark({ ...definition, ...change }, true)).not.toBe(
      serviceSwitchMark(definition, true),
    );
  });
});

describe("the commands for a service's switch", () => {
  it('weigh every port and change one entry between', () => {
    expect(shiftCommands('green', [8000, 5000])).toEqual([
      'set server green_8000/green weight 1',
      'set server green_5000/green weight 1',
      'set map /switchyard/live.map live green',
      'set server blue_8000/blue weight 0',
      'set server blue_5000/blue weight 0',
    ]);
  });

  it('point both backends of a port to both slots', () => {
    expect(slotCommands({ ...definition, ports: [web] }, new Map())).toEqual([
      'set server blue_8000/blue addr 172.30.0.2 port 8080',
      'set server blue_8000/green addr 172.30.0.3 port 9090',
      'set server green_8000/blue addr 172.30.0.2 port 8080',
      'set server green_8000/green addr 172.30.0.3 port 9090',
    ]);
  });

  it('leave alone what is where it must be', () => {
    const now = parseServerAddresses(
      [
        '1',
        '# be_id be_name srv_id srv_name srv_addr srv_op_state bk_f_forced_id srv_fqdn srv_port srvrecord',
        '6 blue_8000 1 blue 172.30.0.2 2 0 - 8080 -',
        '6 blue_8000 2 green 172.30.0.3 2 0 - 9091 -',
        '7 green_8000 1 green 172.30.0.3 2 0 - 9090 -',
        '7 green_8000 2 blue 172.30.0.4 2 0 - 8080 -',
        '',
      ].join('\n'),
    );
    expect(slotCommands({ ...definition, ports: [web] }, now)).toEqual([
      'set server blue_8000/green addr 172.30.0.3 port 9090',
      'set server green_8000/blue addr 172.30.0.2 port 8080',
    ]);
  });

  it.each(['', 'Unknown command'])('are not made from %j', (answer) => {
    expect(() => parseServerAddresses(answer)).toThrow('did not say where its servers are');
  });
});

describe("the map of a service's switch", () => {
  it.each([
    ['blue', 'blue'],
    [undefined, 'nobody'],
  ] as const)('says %s', (live, read) => {
    expect(parseServiceMap(serviceMapText(live))).toBe(read);
  });

  it.each(['', 'live', 'live red\n', 'live none of them'])('is damaged: %j', (text) => {
    expect(parseServiceMap(text)).toBeUndefined();
  });
});

describe('the processes that a master lists', () => {
  const listed = (lines: string[]): string =>
    ['#<PID>          <type>          <reloads>       <uptime>        <version>      ', ...lines].join('\n');

  it('are the one that listens and those that leave', () => {
    const answer = listed([
      '1               master          4 [failed: 0]   0d00h00m36s     2.6.12-1+deb12u4',
      '# workers',
      '14412           worker          0               0d00h00m00s     2.6.12-1+deb12u4',
      '# old workers',
      '13865           worker          1               0d00h00m21s     2.6.12-1+deb12u4',
      '13866           worker          2               0d00h00m29s     2.6.12-1+deb12u4',
      '# programs',
    ]);
    expect(parseProcesses(answer)).toEqual({
      current: 14412,
      leaving: [13865, 13866],
      reloads: 4,
      failed: 0,
    });
  });

  it('may be none that listens, and one that leaves is not taken for it', () => {
    const answer = listed([
      '1               master          2 [failed: 1]   0d00h00m36s     3.2.1',
      '# workers',
      '# old workers',
      '13865           worker          1               0d00h00m21s     3.2.1',
    ]);
    expect(parseProcesses(answer)).toEqual({ current: undefined, leaving: [13865], reloads: 2, failed: 1 });
  });

  it.each(['', 'Unknown command'])('are not read from %j', (answer) => {
    expect(() => parseProcesses(answer)).toThrow('did not list its workers');
  });
});

describe('a worker that is asked through its master', () => {
  /** A master that answers each question with the next of these texts, and then closes. */
  function masterSaying(texts: string[]): HaproxyMaster {
    return new HaproxyMaster(async () => {
      const stream = new PassThrough();
      stream.write = (() => {
        const text = texts.shift();
        setImmediate(() => (text === undefined ? stream.destroy() : stream.push(text)));
        return true;
      }) as typeof stream.write;
      return stream;
    });
  }
  const listed = (...workers: number[]): string =>
    `1 master 1 [failed: 0] 0d 2.6\n# workers\n9 worker 0 0d 2.6\n# old workers\n${workers.map((pid) => `${pid} worker 1 0d 2.6\n`).join('')}\n`;
  const read = (answer: string): string => {
    if (!answer.startsWith('stat')) throw new SwitchError('no statistics');
    return answer;
  };

  it('answers', async () => {
    expect(await masterSaying(['stat 1\n\n']).ask(8, 'show stat', read)).toBe('stat 1');
  });

  it.each([
    "Can't find the target PID matching the prefix '@!8'\n\n",
    "Can't connect to the target CLI!\n\n",
    '\n',
  ])('has left when its master says %j and lists it no more', async (text) => {
    expect(await masterSaying([text, listed()]).ask(8, 'show stat', read)).toBeUndefined();
  });

  it('is asked again while it is listed', async () => {
    const texts = ["Can't connect to the target CLI!\n\n", listed(8), '\n', listed(8), 'stat 2\n\n'];
    expect(await masterSaying(texts).ask(8, 'show stat', read)).toBe('stat 2');
  });
});

describe('the requests of several ports', () => {
  const csv = [
    '# pxname,svname,qcur,scur,',
    'port_80,FRONTEND,,12,',
    ...['blue_80,blue,0,2,', 'blue_80,green,0,1,', 'blue_80,BACKEND,0,3,'],
    ...['green_80,green,0,0,', 'green_80,blue,0,1,', 'green_80,BACKEND,0,1,'],
    // A port of an older configuration.
    ...['blue_81,blue,0,4,', 'blue_81,green,0,0,', 'blue_81,BACKEND,1,4,'],
    ...['green_81,green,0,0,', 'green_81,blue,0,0,', 'green_81,BACKEND,0,0,'],
    'successor_80,BACKEND,0,7,',
    '',
  ].join('\n');

  it('are counted together', () => {
    expect(inFlightOnPorts(parseStatistics(csv), 'blue')).toBe(2 + 1 + 4 + 1);
    expect(inFlightOnPorts(parseStatistics(csv), 'green')).toBe(1);
    expect(inFlightOnPorts(parseStatistics(csv.split('\n').slice(0, 2).join('\n')), 'green')).toBe(0);
  });

  it('are sessions of the slot that serves them or that they wait for', () => {
    const line = (id: string, backend: string, server: string): string =>
      `${id}: proto=tcpv4 src=1.2.3.4:1 fe=port_80 be=${backend} srv=${server} ts=00 exp=4s`;
    const answer = [
      line('0x1', 'blue_80', 'blue'),
      line('0x2', 'blue_81', '<none>'),
      line('0x3', 'green_80', 'blue'),
      line('0x4', 'blue_80', 'green'),
      line('0x5', 'successor_80', 'successor'),
    ].join('\n');
    expect(sessionsOn('blue', answer)).toEqual(['0x1', '0x2', '0x3']);
    expect(sessionsOn('green', answer)).toEqual(['0x4']);
  });
});

describe("the container of a service's switch", () => {
  it('is the deploy user with no rights of its own', () => {
    const shape = serviceSwitchContainer('/home/deploy/.switchyard/shop/switch/web', {
      uid: 1001,
      gid: 1002,
    });
    expect(shape).toMatchObject({ user: '1001:1002', cap_drop: ['ALL'], read_only: true });
    expect(shape.command.join(' ')).toContain(
      '-f /switchyard/haproxy.cfg -S /switchyard/master.sock,mode,600',
    );
  });
});

describe("the files of a service's switch", () => {
  const folder = '/home/deploy/.switchyard/shop/switch/web';

  /** A driver on a server that has these files and where nothing runs. */
  function driverOn(texts: Record<string, string>, at = folder): ServiceSwitch {
    const refuses = () => Promise.reject(new Error('nothing listens'));
    return new ServiceSwitch(
      { service: 'web', folder: at, address: async () => '10.0.0.1' },
      {
        folder: {
          read: async (path) => texts[path],
          async write(path, text) {
            texts[path] = text;
          },
          list: async () => [],
          async remove(path) {
            delete texts[path];
          },
        },
        connections: { openUnixSocket: refuses, openTcp: refuses },
      },
    );
  }

  it('are written before anything runs, and ask for IPv6 where the kernel has it', async () => {
    for (const kernel of [{}, { '/proc/net/if_inet6': '' }]) {
      const texts: Record<string, string> = { ...kernel };
      const driver = driverOn(texts);
      expect(await driver.prepareFiles(undefined, definition)).toBe('written');
      expect(texts[`${folder}/live.map`]).toBe('live none\n');
      expect(texts[`${folder}/haproxy.cfg`]?.includes('ipv6@')).toBe('/proc/net/if_inet6' in kernel);
      expect([await driver.live(), await driver.recorded()]).toEqual([undefined, undefined]);
    }
  });

  it('keep saying what is live', async () => {
    const texts: Record<string, string> = { [`${folder}/live.map`]: 'live green\n' };
    expect(await driverOn(texts).prepareFiles('blue', definition)).toBe('written');
    expect(await driverOn(texts).recorded()).toBe('green');
    texts[`${folder}/live.map`] = 'live gre';
    expect(await driverOn(texts).prepareFiles('blue', definition)).toBe('unchanged');
    expect(await driverOn(texts).recorded()).toBe('blue');
  });

  it('are refused where nobody could reach their sockets', async () => {
    const far = `/home/deploy/.switchyard/${'shop'.repeat(10)}/switch/${'web'.repeat(13)}`;
    await expect(driverOn({}, far).prepareFiles('blue', definition)).rejects.toThrow('shorter name');
  });
});
