import { expect, test } from 'vitest';
import { startTogether } from '../start-together.ts';

function part(closed: string[], name: string): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => void closed.push(name) };
}

test('gives both, and closes neither', async () => {
  const closed: string[] = [];
  const [one, other] = [part(closed, 'one'), part(closed, 'other')];
  expect(await startTogether(Promise.resolve(one), Promise.resolve(other))).toEqual([one, other]);
  expect(closed).toEqual([]);
});

test('closes what has started, later too, when the other fails', async () => {
  const closed: string[] = [];
  const late = Promise.withResolvers<AsyncDisposable>();
  const both = startTogether(Promise.reject(new Error('no sshd')), late.promise);
  late.resolve(part(closed, 'registry'));
  await expect(both).rejects.toThrow('no sshd');
  expect(closed).toEqual(['registry']);
});
