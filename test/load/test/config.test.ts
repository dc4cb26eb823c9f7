import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { checkedTarget } from '../target-address.ts';

describe('the target', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.9.9.9', '127.9.9.9'],
    ['localhost', '127.0.0.1'],
    ['[::1]', '::1'],
    ['172.17.0.2', '172.17.0.2'],
    ['172.31.255.254', '172.31.255.254'],
  ])('%s is accepted', (host, address) => {
    expect(checkedTarget(host)).toBe(address);
  });

  it.each([
    '8.8.8.8',
    '10.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.168.1.1',
    '169.254.169.254',
    'example.com',
    '0.0.0.0',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '2001:db8::1',
    '',
  ])('%j is refused', (host) => {
    expect(() => checkedTarget(host)).toThrow(/refuses to send/);
  });
});

it.each([
  { rate: 1e9 },
  { rate: Number.NaN },
  { port: 0 },
  { path: 'page' },
  { path: '/a b' },
  { orderPath: '/orders HTTP/1.1\r\nx: ' },
  { durationMs: Number.POSITIVE_INFINITY },
  { durationMs: 3_600_000 },
  { kinds: { idleMinMs: 5_000, idleMaxMs: 4_000 } },
  { kinds: { keepAliveShare: 0, newShare: 0, postShare: 0 } },
])('%j is out of bounds', (wrong) => {
  const right = { host: '127.0.0.1', port: 80, rate: 10, durationMs: 1_000 };
  expect(loadConfig(right).rate).toBe(10);
  expect(() => loadConfig({ ...right, ...wrong })).toThrow(/load/i);
});
