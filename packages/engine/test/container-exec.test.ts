import { expect, test, vi } from 'vitest';
import { openEngine } from '../src/index.ts';
import { fakeEngine } from './fake-engine.ts';

test('what comes after the limit of an output is not kept, not even as empty pieces of it', async () => {
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 3, 232]), Buffer.alloc(1_000, 'x')]);
  const body = Buffer.concat(Array.from({ length: 2_000 }, () => frame));
  await using fake = await fakeEngine((request, response) => {
    const url = request.url ?? '';
    if (url.endsWith('/start')) response.end(body);
    else response.end(url.endsWith('/exec') ? '{"Id":"abc"}' : '{"ExitCode":0}');
  });
  const engine = await openEngine(fake.open);
  const joined = vi.spyOn(Buffer, 'concat');
  const result = await engine.containers.exec('shop', ['yes'], { maxOutputBytes: 1_500 });
  const pieces = joined.mock.calls.map(([list]) => list.length);
  joined.mockRestore();
  expect(result).toMatchObject({ exitCode: 0, truncated: true, output: `${'x'.repeat(1_500)}…` });
  // A frame may come in pieces of the connection's own.
  expect(Math.max(...pieces)).toBeLessThan(20);
  engine.close();
});
