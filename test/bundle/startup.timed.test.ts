import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  connectingSubjects,
  distSubjects,
  measureStartup,
  type StartupSubject,
} from '../../scripts/measure-startup.ts';
import { projectRoot } from '../../scripts/project-root.ts';
import { buildToy, placeBundle, toyMain } from './build-toy.ts';

// 50 ms and 75 ms where an empty script takes 27; as ratios, so that the machine does not matter.
const inputCheckRatio = 50 / 27;
const sshLoadedRatio = 75 / 27;
const rounds = 21;
const attempts = 5;

interface Promised {
  readonly subject: StartupSubject;
  readonly limit: number;
}

/** As a multiple of the time that an empty script takes. */
interface Slow {
  readonly name: string;
  readonly ratio: number;
  readonly limit: number;
}

test('an action reaches its input check, and ssh2, as fast as promised', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-startup-'));
  try {
    const toy = await placeBundle(folder, await buildToy(toyMain));
    const promised: Promised[] = [
      { subject: { name: 'toy', script: toy }, limit: inputCheckRatio },
      { subject: { name: 'toy with ssh2', script: toy, env: { INPUT_HOST: 'x' } }, limit: sshLoadedRatio },
      ...(await distSubjects(projectRoot)).map((subject) => ({ subject, limit: inputCheckRatio })),
      ...(await connectingSubjects(projectRoot)).map((subject) => ({ subject, limit: sshLoadedRatio })),
    ];
    for (const { name, ratio, limit } of await tooSlow(promised)) expect(ratio, name).toBeLessThan(limit);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/**
 * Other programs can only slow a start down, so the better of median and lower quartile counts, and what was too
 * slow is measured again, up to five times. The limit stays the same.
 */
async function tooSlow(promised: readonly Promised[]): Promise<readonly Slow[]> {
  let slow: readonly Slow[] = [];
  let left = promised;
  for (let attempt = 0; attempt < attempts && left.length > 0; attempt++) {
    const { figures } = await measureStartup(
      left.map(({ subject }) => subject),
      rounds,
    );
    slow = left.flatMap(({ subject: { name }, limit }) => {
      const figure = figures.find((found) => found.name === name);
      if (figure === undefined) throw new Error(`${name} was not measured.`);
      const ratio = Math.min(figure.ratio, figure.quartileRatio);
      return ratio < limit ? [] : [{ name, ratio, limit }];
    });
    left = left.filter(({ subject }) => slow.some(({ name }) => name === subject.name));
  }
  return slow;
}
