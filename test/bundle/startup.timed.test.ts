import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { distSubjects, measureStartup } from '../../scripts/measure-startup.ts';
import { projectRoot } from '../../scripts/project-root.ts';
import { buildToy, placeBundle, toyMain } from './build-toy.ts';

// 50 ms and 75 ms where an empty script takes 27; as ratios, so that the machine does not matter.
const inputCheckRatio = 50 / 27;
const sshLoadedRatio = 75 / 27;

test('an action reaches its input check, and ssh2, as fast as promised', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-startup-'));
  try {
    const toy = await placeBundle(folder, await buildToy(toyMain));
    const committed = await distSubjects(projectRoot);
    const { figures } = await measureStartup([
      { name: 'toy', script: toy },
      { name: 'toy with ssh2', script: toy, env: { INPUT_HOST: 'x' } },
      ...committed,
    ]);
    for (const { name, ratio } of figures) {
      const limit = name === 'toy with ssh2' ? sshLoadedRatio : inputCheckRatio;
      expect(ratio, `${name} against an empty script`).toBeLessThan(limit);
    }
    expect(figures).toHaveLength(2 + committed.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
