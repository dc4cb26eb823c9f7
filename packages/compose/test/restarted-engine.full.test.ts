import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needEngine } from '../../../test/machine/tests-in-engine.ts';

test('a service without its name, at its slot, is still that after a restart of the Engine', async (context) => {
  await needEngine(context, '26');
  const world = join(import.meta.dirname, '../../../test/machine/with-engine.ts');
  const scene = join(import.meta.dirname, 'restarted-engine.ts');
  const child = spawn(process.execPath, [world, '26', process.execPath, scene], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes;
    });
  const [code] = await once(child, 'close');
  expect(code, output).toBe(0);
});
