import { expect, test } from 'vitest';
import { countConnections, countPeers } from '../src/nginx-connections.ts';
import {
  includeLine,
  nginxIdentifier,
  parseUpstream,
  renderLocation,
  renderUpstream,
} from '../src/nginx-files.ts';
import { complaintOf } from '../src/nginx-place.ts';

const slots = { blue: { host: '172.20.0.2', port: 8080 }, green: { host: '172.20.0.3', port: 9090 } };

test('what was written is read back, for each slot and for none', () => {
  for (const live of ['blue', 'green'] as const) {
    expect(parseUpstream(renderUpstream('shop', { live, slots }))).toEqual({ live, slots });
  }
  expect(parseUpstream(renderUpstream('shop', { live: 'none' }))).toEqual({ live: 'none' });
});

test('a file that was changed by hand is not believed', () => {
  const text = renderUpstream('shop', { live: 'blue', slots });
  expect(parseUpstream(text.replace('server 172.20.0.2', 'server 172.20.0.3'))).toBeUndefined();
  expect(parseUpstream(text.replace('switchyard: blue', 'switchyard: green'))).toBeUndefined();
  expect(parseUpstream(text.replace('switchyard: blue', 'switchyard: red'))).toBeUndefined();
  expect(parseUpstream(text.replace('\n}', '\n    server 172.20.0.3:9090;\n}'))).toBeUndefined();
  expect(parseUpstream(text.replace(/# slot green.*\n/, ''))).toBeUndefined();
  expect(parseUpstream('')).toBeUndefined();
});

test('names of apps become names that nginx takes, each its own', () => {
  expect(nginxIdentifier('my-shop-2')).toBe('switchyard_my_shop_2');
  const long = 'a-very-long-name-of-an-app-which-goes-on';
  const longest = `${nginxIdentifier(long)}_connection`;
  expect(longest).toMatch(/^[a-z0-9_]{1,46}$/);
  expect(nginxIdentifier(`${long}x`)).not.toBe(nginxIdentifier(long));
  for (const name of ['', 'a b', 'a;', 'A', '-a', 'a}', 'a\nb']) {
    expect(() => nginxIdentifier(name)).toThrow(TypeError);
  }
});

test('only the edges that were named are believed', () => {
  const text = renderUpstream('shop', { live: 'none' }, ['10.0.0.0/8', 'fd00::/8']);
  expect(text).toContain('geo $switchyard_shop_edge { default 0; 10.0.0.0/8 1; fd00::/8 1; }');
  expect(() => renderUpstream('shop', { live: 'none' }, ['1; } evil'])).toThrow(TypeError);
});

test('the location passes on under the name of the upstream', () => {
  expect(renderLocation('my-shop')).toContain('proxy_pass http://switchyard_my_shop;');
  expect(renderUpstream('my-shop', { live: 'none' })).toContain('upstream switchyard_my_shop {');
});

test('paths in include lines are quoted when nginx needs it', () => {
  expect(includeLine('/home/deploy/.switchyard/shop/x.conf')).toBe(
    'include /home/deploy/.switchyard/shop/x.conf;',
  );
  expect(includeLine('/a b/"x".conf')).toBe('include "/a b/\\"x\\".conf";');
});

test('connections that are open or being opened to the slot are counted', () => {
  const row = (state: string, remote = '020014AC:1F90') =>
    `   1: 010014AC:C350 ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 20 4 30 10 -1`;
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    row('01'),
    row('02'),
    row('06'),
    row('08'),
    row('01', '030014AC:1F90'),
    row('01', '020014AC:0050'),
  ].join('\n');
  expect(countConnections(table, '172.20.0.2')).toBe(3);
  expect(countConnections(table, '172.20.0.3')).toBe(1);
  expect(countConnections('', '172.20.0.2')).toBe(0);
  const two = [
    'ESTAB    0      0      172.18.0.1:41000     172.18.0.2:8080',
    'SYN-SENT 0      1      [::ffff:172.18.0.1]:41002 [::ffff:172.18.0.2]:8080 ',
  ];
  const noise = ['Welcome to 172.18.0.2', '172.18.0.2:8080', 'ESTAB 0 0 172.18.0.2:8080 172.18.0.21:8080'];
  expect(countPeers(`${[...noise, ...two].join('\n')}\n`, '172.18.0.2')).toBe(2);
  expect(countPeers('\n', '172.18.0.2')).toBe(0);
});

test("nginx's own error line is what is quoted, without control characters", () => {
  const stderr =
    'nginx: [warn] conflicting name\nnginx: [emerg] unexpected "}" in /etc/x.conf:3\x1b[31m\nnginx: configuration file test failed\n';
  expect(complaintOf({ code: 1, stdout: '', stderr })).toBe(
    'nginx: [emerg] unexpected "}" in /etc/x.conf:3 [31m',
  );
  expect(complaintOf({ code: 3, stdout: '', stderr: '' })).toBe('it ended with code 3 and said nothing');
});

test('a complaint that is too long ends with the mark of a cut', () => {
  expect(complaintOf({ code: 1, stdout: '', stderr: `nginx: [emerg] ${'x'.repeat(2_000)}` })).toMatch(/x…$/);
});
