import { expect, test } from 'vitest';
import { openEngine, runToCompletion } from '../src/index.ts';
import { type FakeEngine, fakeEngine } from './fake-engine.ts';

/** An Engine that takes the request to attach and never answers it. */
async function withoutAttach(): Promise<{ fake: FakeEngine; seen: string[]; attached: Promise<void> }> {
  const seen: string[] = [];
  const attached = Promise.withResolvers<void>();
  const fake = await fakeEngine((request, response) => {
    const [path = ''] = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?');
    seen.push(`${request.method} ${path}`);
    if (path.endsWith('/attach')) attached.resolve();
    else response.end(path.endsWith('/create') ? '{"Id":"abc"}' : '{}');
  });
  return { fake, seen, attached: attached.promise };
}

const oneOff = { name: 'shop-migrate', config: { Image: 'shop:1' } };

test('a time limit ends a run whose output the Engine does not hand over; it has never started', async () => {
  const { fake, seen } = await withoutAttach();
  await using _ = fake;
  const engine = await openEngine(fake.open);
  await expect(runToCompletion(engine, { ...oneOff, timeoutMs: 100 })).rejects.toThrow(
    'The Docker Engine gave no answer for 100 ms when asked to attach to the container abc; it is overloaded or hangs.',
  );
  expect(seen).toEqual(['POST /containers/create', 'POST /containers/abc/attach', 'DELETE /containers/abc']);
  engine.close();
});

test('a cancelled job does not wait for it either', async () => {
  const { fake, seen, attached } = await withoutAttach();
  await using _ = fake;
  const engine = await openEngine(fake.open);
  const cancelling = new AbortController();
  const running = runToCompletion(engine, { ...oneOff, timeoutMs: 60_000, signal: cancelling.signal });
  const reason = new Error('cancelled');
  const cancelled = expect(running).rejects.toBe(reason);
  await attached;
  cancelling.abort(reason);
  await cancelled;
  expect(seen.at(-1)).toBe('DELETE /containers/abc');
  engine.close();
});

test('silence after the answer has begun is a program that prints nothing', async () => {
  await using fake = await fakeEngine((request, response) => {
    const url = request.url ?? '';
    if (url.includes('/attach')) response.flushHeaders();
    else if (url.includes('/wait')) setTimeout(() => response.end('{"StatusCode":3}'), 300);
    else response.end(url.includes('/create') ? '{"Id":"abc"}' : '{}');
  });
  const engine = await openEngine(fake.open);
  const attached = await engine.containers.attach('abc', { onOutput: () => undefined, headTimeoutMs: 100 });
  expect(await engine.containers.wait('abc')).toBe(3);
  attached.stop();
  engine.close();
});
