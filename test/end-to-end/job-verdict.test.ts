import { expect, test } from 'vitest';
import { type JobHistory, judgeJobs } from './job-verdict.ts';

const once = { a: 1, b: 1, c: 1 };
const good: JobHistory = {
  accepted: ['a', 'b', 'c'],
  started: once,
  done: once,
  waiting: [],
  inHand: [],
  stranded: [],
};
const clean = { accepted: 3, lost: [], doubled: [], cut: [], open: [] };

test('jobs that were each done once are in order', () => {
  expect(judgeJobs(good)).toEqual(clean);
});

test('a job that was accepted and never begun is lost', () => {
  const history = { ...good, started: { a: 1, c: 1 }, done: { a: 1, c: 1 } };
  expect(judgeJobs(history)).toEqual({ ...clean, lost: ['b'] });
});

test('a job that waits or is being done is open, not lost', () => {
  const history = { ...good, started: { a: 1, b: 1 }, done: { a: 1 }, waiting: ['c'], inHand: ['b'] };
  expect(judgeJobs(history)).toEqual({ ...clean, open: ['c', 'b'] });
});

test('a job that was done twice is doubled', () => {
  const history = { ...good, started: { ...once, c: 2 }, done: { ...once, c: 2 } };
  expect(judgeJobs(history)).toEqual({ ...clean, doubled: ['c'] });
});

test('a job that was begun a second time is doubled before it has ended', () => {
  const history = { ...good, started: { ...once, a: 2 }, inHand: ['a'] };
  expect(judgeJobs(history)).toEqual({ ...clean, doubled: ['a'], open: ['a'] });
});

test('a job whose worker was killed is cut, whether its list names it or not', () => {
  const listed = { ...good, done: { a: 1, b: 1 }, stranded: ['c'] };
  expect(judgeJobs(listed)).toEqual({ ...clean, cut: ['c'] });
  expect(judgeJobs({ ...listed, stranded: [] })).toEqual({ ...clean, cut: ['c'] });
});

test('a job that was done although its acceptance never arrived is no fault, unless it was done twice', () => {
  const more = { ...once, unheard: 1 };
  expect(judgeJobs({ ...good, started: more, done: more })).toEqual(clean);
  const twice = { ...once, unheard: 2 };
  expect(judgeJobs({ ...good, started: twice, done: twice })).toEqual({ ...clean, doubled: ['unheard'] });
});
