import { expect, test } from 'vitest';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { findBundleFaults } from '../../scripts/bundle/bundle-faults.ts';
import { compareDist } from '../../scripts/checks/dist.ts';

const files = (texts: Record<string, string>): Bundle =>
  new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));

const sound = {
  'index.js': 'run();',
  'licenses.txt': 'MIT',
  'package.json': '{"type":"module"}',
};
const origin = { root: '/home/someone/switchyard', entrySource: "import '#action-kit';\n" };
const faultsOf = (changes: Record<string, string>, entrySource = origin.entrySource) =>
  findBundleFaults('ping', files({ ...sound, ...changes }), { ...origin, entrySource }).join('\n');

test('a sound bundle has no fault', () => {
  expect(faultsOf({})).toBe('');
  expect(faultsOf({ '12.index.js': 'eval("require")("./crypto/build/Release/sshcrypto.node")' })).toBe('');
});

test.each([
  ['an import that was not found', { 'index.js': 'eval("require")("left-pad")' }, 'was not found: left-pad'],
  ['a native addon', { 'build/sshcrypto.node': '\0' }, 'is a native program'],
  ['the Windows helper', { 'pagent.exe': 'MZ' }, 'is a native program'],
  ['__dirname without the shim', { '12.index.js': 'open(__dirname + "/x")' }, "must be '#dirname-shim'"],
  ['the path of the build', { 'index.js': '"/home/someone/switchyard/x"' }, 'contains the build path'],
  [
    'what lies outside the checkout',
    { 'index.js': ';// CONCATENATED MODULE: ../lib/x.js' },
    'outside the checkout',
  ],
  ['undici at start', { 'index.js': '/***/ "./node_modules/undici/index.js"' }, 'loads undici at start'],
  ['CommonJS', { 'package.json': '{}' }, 'does not say {"type":"module"}'],
])('finds %s', (_what, changes, fault) => {
  expect(faultsOf(changes)).toContain(fault);
});

test('accepts __dirname behind the shim', () => {
  expect(faultsOf({ 'index.js': 'open(__dirname)' }, "import '#dirname-shim';\nimport 'x';")).toBe('');
  expect(faultsOf({ 'index.js': 'open(__dirname)' }, "import 'x';\nimport '#dirname-shim';")).not.toBe('');
});

test('compares every byte and every file of dist/', () => {
  const fresh = new Map([['ping', files({ 'index.js': 'new', 'a.index.js': 'a', 'licenses.txt': 'MIT' })]]);
  const committed = new Map([
    ['ping/index.js', Buffer.from('old')],
    ['ping/licenses.txt', Buffer.from('MIT')],
    ['ping/b.index.js', Buffer.from('b')],
    ['.DS_Store', Buffer.from('')],
  ]);
  expect(compareDist(fresh, committed).map((problem) => problem.split('. ')[0])).toEqual([
    'dist/.DS_Store: no build makes this file',
    'dist/ping/a.index.js: is missing',
    'dist/ping/b.index.js: no build makes this file',
    'dist/ping/index.js: differs from a fresh build',
  ]);
});
