import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { buildToy, placeBundle, toyMain } from './build-toy.ts';

interface Exit {
  code: number;
  stdout: string;
  stderr: string;
}

function start(script: string, env: Record<string, string>): Promise<Exit> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env, cwd: tmpdir() }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('a bundle', () => {
  let bundle: Bundle;
  let folder: string;
  let script: string;

  beforeAll(async () => {
    bundle = await buildToy(toyMain);
    folder = await mkdtemp(join(tmpdir(), 'switchyard-bundle-'));
    script = await placeBundle(folder, bundle);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('consists of JavaScript, package.json and the licences, and nothing of the build machine', () => {
    const names = [...bundle.keys()];
    expect(names).toEqual(expect.arrayContaining(['index.js', 'licenses.txt', 'package.json']));
    expect(
      names.filter((name) => !/^(\d+\.index\.js|index\.js|licenses\.txt|package\.json)$/.test(name)),
    ).toEqual([]);
  });

  test('starts without undici', () => {
    expect(bundle.get('index.js')?.includes('undici')).toBe(false);
  });

  test('is the same from another folder, byte for byte', { timeout: 60_000 }, async () => {
    const again = await buildToy(toyMain);
    expect([...again.keys()]).toEqual([...bundle.keys()]);
    for (const [name, bytes] of again) expect(bytes.equals(bundle.get(name) as Buffer), name).toBe(true);
  });

  test('stops at its input check without node_modules', async () => {
    expect(await start(script, {})).toMatchObject({ code: 1, stdout: '::error::The input host is empty.\n' });
  });

  test('loads no costly module of Node for it', async () => {
    const preload = join(folder, 'report.cjs');
    await writeFile(
      preload,
      "process.on('exit', () => process._rawDebug(process.moduleLoadList.join('\\n')));",
    );
    const { stderr } = await start(script, { NODE_OPTIONS: `--require ${preload}` });
    const loaded = stderr.split('\n').flatMap((line) => /^NativeModule (\S+)$/.exec(line)?.[1] ?? []);
    expect(loaded).toContain('os');
    const costly = ['assert', 'child_process', 'crypto', 'dns', 'http', 'https', 'tls', 'zlib'];
    expect(loaded.filter((name) => costly.includes(name))).toEqual([]);
  });

  test('loads ssh2 without node_modules and ends well', async () => {
    expect(await start(script, { INPUT_HOST: 'x' })).toEqual({
      code: 0,
      stdout: 'Client is a function\n',
      stderr: '',
    });
  });
});

test('a build refuses ssh2 without the shim', { timeout: 60_000 }, async () => {
  const withoutShim = toyMain.replace("import '#dirname-shim';\n", '');
  await expect(buildToy(withoutShim)).rejects.toThrow(
    "the first import of src/main.ts must be '#dirname-shim'",
  );
});

test('a build refuses an import that ncc cannot find', { timeout: 60_000 }, async () => {
  const main = "import '#dirname-shim';\n// @ts-expect-error\nawait import('not-installed');\n";
  await expect(buildToy(main)).rejects.toThrow('has an import that was not found: not-installed');
});

test('a build names the type error', async () => {
  await expect(buildToy('export const count: number = "three";\n')).rejects.toThrow(
    'actions/toy/src/main.ts',
  );
});
