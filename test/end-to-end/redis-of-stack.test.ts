import { expect, test } from 'vitest';
import { type AskRedis, jobHistory, ordersOf, ticksSoFar } from './redis-of-stack.ts';

const says =
  (text: string): AskRedis =>
  async () =>
    text;

test('the jobs of a moment are read by their ids, empty lists as Lua writes them among them', async () => {
  const now = {
    started: { a: 1, b: 1 },
    done: { a: 1 },
    waiting: ['{"id":"c","ms":100}'],
    inHand: ['{"id":"b","ms":3600000}'],
    stranded: {},
  };
  expect(await jobHistory(says(`${JSON.stringify(now)}\n`), ['a', 'b', 'c'])).toEqual({
    accepted: ['a', 'b', 'c'],
    started: now.started,
    done: now.done,
    waiting: ['c'],
    inHand: ['b'],
    stranded: [],
  });
});

test('orders are judged by how often each was applied', async () => {
  const orders = { sentIds: ['one', 'two', 'three', 'four'], acknowledgedIds: ['one', 'two', 'three'] };
  expect(await ordersOf(says('one\n1\ntwo\n2\nfour\n1\n'), orders)).toEqual({
    lost: ['three'],
    doubled: ['two'],
    unconfirmed: ['four'],
  });
});

test('ticks are read line by line, and a Redis without any has none', async () => {
  expect(await ticksSoFar(says('ab v1 1000\nab v1 1200\n'))).toEqual([
    { instance: 'ab', version: 'v1', atMs: 1_000 },
    { instance: 'ab', version: 'v1', atMs: 1_200 },
  ]);
  expect(await ticksSoFar(says('\n'))).toEqual([]);
});
