import { expect, test } from 'vitest';
import { InputReader } from '#action-kit';
import { readServerAccess } from '../src/index.ts';

const good = {
  host: 'app.example.com',
  port: '22',
  username: 'deploy',
  'private-key': 'a key',
  'known-hosts': 'app.example.com ssh-ed25519 AAAA',
  'connect-timeout': '20s',
  'jump-port': '22',
};

function problemsOf(change: Record<string, string>): string[] {
  const env = Object.entries({ ...good, ...change }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const reader = new InputReader(Object.fromEntries(env));
  readServerAccess(reader);
  return reader.problems.map(({ sentence }) => sentence);
}

test.each([
  ['a plain name', {}],
  ['a name of a domain', { username: 'CORP\\deploy.user@example.com' }],
  ['a name in other letters', { username: 'bjørn' }],
  ['a socket', { 'docker-host': `unix:///${'a'.repeat(106)}` }],
  ['a jump host with all of its own', { 'jump-host': 'jump', 'jump-port': '2222', 'jump-username': 'hop' }],
])('%s is taken', (_, change) => {
  expect(problemsOf(change)).toEqual([]);
});

const noName = "must be a user's name, without spaces and control characters";

test.each([
  ['a name with a control character', { username: 'a\u0007b' }, `username ${noName}`],
  ['a name with a space', { username: 'a b' }, `username ${noName}`],
  ['a name with a mark of the reading direction', { username: 'a\u202eb' }, `username ${noName}`],
  ['an endless name', { username: 'a'.repeat(257) }, 'username must have at most 256 characters'],
  [
    'such a name on the jump host',
    { 'jump-host': 'jump', 'jump-username': 'a b' },
    `jump-username ${noName}`,
  ],
  [
    'a socket with too long a path',
    { 'docker-host': `unix:///${'a'.repeat(107)}` },
    'docker-host must be a path of at most 107 bytes, because that of a socket cannot be longer',
  ],
  [
    'a socket with a control character',
    { 'docker-host': 'unix:///a\u001bb' },
    'docker-host must be a path without control characters',
  ],
  ['a key without its jump host', { 'jump-private-key': 'junk' }, 'jump-private-key needs jump-host'],
  ['a fingerprint without it', { 'jump-host-fingerprint': 'junk' }, 'jump-host-fingerprint needs jump-host'],
  ['a passphrase without it', { 'jump-passphrase': 'open sesame' }, 'jump-passphrase needs jump-host'],
  ['a user without it', { 'jump-username': 'hop' }, 'jump-username needs jump-host'],
  ['a port without it', { 'jump-port': '2222' }, 'jump-port needs jump-host'],
  [
    'only a jump host of two lines',
    { 'jump-host': 'a\nb', 'jump-username': 'hop' },
    'jump-host must be a single line',
  ],
])('%s is refused', (_, change, words) => {
  expect(problemsOf(change)).toEqual([`Input ${words}.`]);
});
