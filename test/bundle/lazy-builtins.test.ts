import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasEagerBuiltins, withLazyBuiltins } from '../../scripts/bundle/lazy-builtins.ts';

const nccImport = 'import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";\n';
const nccRequire = (name: string) => `__WEBPACK_EXTERNAL_createRequire(import.meta.url)("${name}")`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-lazy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs what becomes of a module in ncc's wording; its output, and which of Node's modules it loaded. */
async function run(module: string): Promise<{ lines: string[]; loaded: string[] }> {
  const script = join(folder, 'module.mjs');
  const report = 'console.log(process.moduleLoadList.join(" "));';
  await writeFile(script, withLazyBuiltins(`${nccImport}${module}\n${report}\n`));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const lines = stdout.trimEnd().split('\n');
  const list = lines.pop() ?? '';
  return { lines, loaded: [...list.matchAll(/NativeModule (\S+)/g)].map(([, name]) => name ?? '') };
}

test('a costly module is not loaded before its first use', async () => {
  const { loaded } = await run(
    `const crypto = ${nccRequire('crypto')}; const tls = ${nccRequire('node:tls')};`,
  );
  expect(loaded).not.toContain('crypto');
  expect(loaded).not.toContain('tls');
});

test('functions, classes, constants and the module itself work as if it had been loaded', async () => {
  const { lines, loaded } = await run(`
    const crypto = ${nccRequire('crypto')};
    const assert = ${nccRequire('assert')};
    const http = ${nccRequire('http')};
    const os = ${nccRequire('os')};
    const { createHash } = crypto;
    console.log(createHash('sha256').update('').digest('hex').slice(0, 8));
    console.log(new (class extends http.Agent {})() instanceof http.Agent, 'randomUUID' in crypto, typeof os.EOL);
    try { assert(false, 'told'); } catch (error) { console.log(error.message); }
    console.log(Object.keys(crypto).includes('constants'), crypto.__esModule);
  `);
  expect(lines).toEqual(['e3b0c442', 'true true string', 'told', 'true undefined']);
  expect(loaded).toContain('crypto');
});

test('another wording of ncc is noticed', () => {
  const known = `${nccImport}const crypto = ${nccRequire('crypto')};`;
  expect(hasEagerBuiltins(withLazyBuiltins(known))).toBe(false);
  expect(hasEagerBuiltins(withLazyBuiltins(known.replace('import.meta.url', 'here')))).toBe(true);
});
