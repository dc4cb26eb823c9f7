import { expect, test } from 'vitest';
import {
  formatAddress,
  formatBytes,
  formatDuration,
  parseAddress,
  parseCommandLine,
  parseDurationMs,
  parseHost,
  parseSizeBytes,
} from '#action-kit';

test.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['0s', 0],
  ['1m500ms', 60_500],
  ['1h2m3s4ms', 3_723_004],
  ['576h', 2_073_600_000],
])('duration %s is %i ms', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
});

test.each([
  '',
  '90',
  '1.5s',
  '-1s',
  '5 m',
  '5M',
  '30m1h',
  '1s1s',
  's',
  '576h1ms',
  '600h',
  '999999999h',
  '1d',
])('%j is no duration', (text) => {
  expect(parseDurationMs(text)).toBeUndefined();
});

test.each([
  [0, '0ms'],
  [850.4, '850ms'],
  [1400, '1.4s'],
  [2000, '2s'],
  [9960, '10s'],
  [59_600, '1m'],
  [125_000, '2m 5s'],
  [5_400_000, '1h 30m'],
])('%d ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  ['10MB', 10_000_000],
  ['512MiB', 536_870_912],
  ['1.5GB', 1_500_000_000],
  ['800B', 800],
])('size %s is %i bytes', (text, bytes) => {
  expect(parseSizeBytes(text)).toBe(bytes);
});

test.each(['10', '10m', '10 MB', '10mb', 'MB', '99999999999TB'])('%j is no size', (text) => {
  expect(parseSizeBytes(text)).toBeUndefined();
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [999_600, '1.0 MB'],
  [1500, '1.5 kB'],
  [23_400_000, '23 MB'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each(['127.0.0.1:8080', '[::1]:8080', '0.0.0.0:1', '[fd00::1]:65535'])('address %s', (text) => {
  expect(formatAddress(parseAddress(text))).toBe(text);
});

test.each([
  [':8080', 'must say on which address: 127.0.0.1:8080'],
  ['8080', 'must say on which address: 127.0.0.1:8080'],
  ['::1:8080', 'needs brackets around an IPv6 address, like [::1]:8080'],
  ['fd00::1:443', 'needs brackets around an IPv6 address, like [fd00::1]:443'],
  ['2001:db8::1', 'needs a port and brackets, like [2001:db8::1]:8080'],
  ['::1', 'needs a port and brackets, like [::1]:8080'],
  ['::1:zz', 'must be an address and a port'],
  ['127.0.0.1', 'needs a port, like 127.0.0.1:8080'],
  ['127.0.0.1:0', 'needs a port from 1 to 65535'],
  ['127.0.0.1:70000', 'needs a port from 1 to 65535'],
  ['300.0.0.1:80', 'must be an IP address and a port'],
  ['[127.0.0.1]:80', 'must be an IP address and a port'],
  ['localhost:80', 'must be an IP address and a port'],
  ['', 'must be an address and a port'],
])('address %j is refused', (text, reason) => {
  expect(() => parseAddress(text)).toThrow(reason);
});

test('a host name in an address is taken where it is allowed', () => {
  expect(parseAddress('localhost:80', { hostNames: true })).toEqual({ host: 'localhost', port: 80 });
});

test.each(['app.example.com', 'web_1', '192.0.2.10', 'fd00::1', 'a.'])('host %s', (text) => {
  expect(parseHost(text)).toBe(text);
});

test.each([
  ['ssh://app', 'without a scheme'],
  ['deploy@app', 'the user has an input of its own'],
  ['app:22', 'the port has an input of its own'],
  ['[::1]', 'without brackets'],
  ['-oProxyCommand=x', 'must be a host name'],
  ['1.2.3', 'must be a host name'],
  ['a..b', 'must be a host name'],
  ['a b', 'must be a host name'],
  ['', 'must be a host name'],
])('host %j is refused', (text, reason) => {
  expect(() => parseHost(text)).toThrow(reason);
});

test.each([
  ['npm run migrate', ['npm', 'run', 'migrate']],
  [`sh -c 'a && b; c' "x \\"y\\" $Z"`, ['sh', '-c', 'a && b; c', 'x "y" $Z']],
  ['a\\ b \\\n c ""', ['a b', 'c', '']],
  ['["node", "-e", "1 > 0"]', ['node', '-e', '1 > 0']],
  [`echo '&&' '>'`, ['echo', '&&', '>']],
])('command %j', (text, argv) => {
  expect(parseCommandLine(text)).toEqual(argv);
});

test.each([
  ['a && b', 'uses `&&`, which only a shell understands'],
  ['a; b', 'uses `;`'],
  ['a > b', 'uses `>`'],
  [`a 'b`, "has a ' that is never closed"],
  ['[1]', 'only strings'],
  ['["a"', 'not a JSON array'],
  ['[]', 'must name a program'],
])('command %j is refused', (text, reason) => {
  expect(() => parseCommandLine(text)).toThrow(reason);
});
