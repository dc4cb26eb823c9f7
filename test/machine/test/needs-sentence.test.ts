import { expect, test } from 'vitest';
import { needsSentence } from '../needs-sentence.ts';

const registry = { name: 'docker-registry', package: 'docker-registry' };
const htpasswd = { name: 'htpasswd', package: 'apache2-utils' };
const busybox = { name: 'a static busybox', package: 'busybox-static' };
const forbidden = { socket: '/var/run/docker.sock', username: 'ada' };

test('a machine that lacks nothing hears nothing', () => {
  expect(needsSentence({ parts: [] })).toBeUndefined();
});

test('one part', () => {
  expect(needsSentence({ parts: [htpasswd] })).toBe(
    'This machine lacks htpasswd: install it (on Debian or Ubuntu: sudo apt-get install apache2-utils), then run this again.',
  );
});

test('everything at once, as one line for apt-get that names no package twice', () => {
  const tools = ['flock', 'setpriv'].map((name) => ({ name, package: 'util-linux' }));
  expect(needsSentence({ parts: [registry, busybox, ...tools] })).toBe(
    'This machine lacks docker-registry, a static busybox, flock and setpriv: install them (on Debian or Ubuntu: sudo apt-get install docker-registry busybox-static util-linux), then run this again.',
  );
});

test('an Engine that this user may not use is not to be installed', () => {
  expect(needsSentence({ parts: [], forbidden })).toBe(
    "The user 'ada' may not use /var/run/docker.sock: add this user to its group (sudo usermod -aG docker ada) and log in anew, then run this again.",
  );
});

test('both in one sentence', () => {
  expect(needsSentence({ parts: [registry], forbidden })).toBe(
    "This machine lacks docker-registry, and the user 'ada' may not use /var/run/docker.sock: install it (on Debian or Ubuntu: sudo apt-get install docker-registry), add this user to its group (sudo usermod -aG docker ada) and log in anew, then run this again.",
  );
});
