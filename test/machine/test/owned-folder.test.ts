import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isSweptBy, ownedFolder, pidNamespace } from '../owned-folder.ts';
import { isRunning } from '../processes.ts';

const parent = await mkdtemp(join(tmpdir(), 'owned-folder-'));
afterAll(() => rm(parent, { recursive: true }));

test('removes what a process that has ended left behind, and nothing of one that runs', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const dead = join(parent, `switchyard-thing-${pidNamespace()}-${pid}-abcdef`);
  const alive = join(parent, `switchyard-thing-${pidNamespace()}-${process.pid}-abcdef`);
  await Promise.all([dead, alive].map((path) => mkdir(path)));
  const fresh = await ownedFolder('thing', parent);
  expect([dead, alive, fresh].map((path) => existsSync(path))).toEqual([false, true, true]);
});

test('a process counts as running whoever it belongs to', () => {
  expect(isRunning(1)).toBe(true);
});

test('another user’s folder stays, unless we are root', () => {
  expect(isSweptBy(1000, 1000)).toBe(true);
  expect(isSweptBy(1000, 1001)).toBe(false);
  expect(isSweptBy(1000, 0)).toBe(false);
  expect(isSweptBy(0, 1000)).toBe(true);
});
