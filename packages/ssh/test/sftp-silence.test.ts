import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SftpSilence } from '../src/sftp-silence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(silence: SftpSilence) {
  const giveUp = vi.fn<(silentMs: number, cancelled: { reason: unknown } | undefined) => void>();
  return { giveUp, answered: silence.asked(giveUp) };
}

test('a request is waited for 30 s, and nothing is left that keeps the process', () => {
  const { giveUp } = watched(new SftpSilence(undefined));
  vi.advanceTimersByTime(29_999);
  expect(giveUp).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(giveUp).toHaveBeenCalledExactlyOnceWith(30_000, undefined);
  expect(vi.getTimerCount()).toBe(0);
});

test('an answer in time ends the waiting', () => {
  const { giveUp, answered } = watched(new SftpSilence(undefined));
  vi.advanceTimersByTime(29_000);
  answered();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(giveUp).not.toHaveBeenCalled();
});

test('on a slow line each answer is a sign of life for the requests behind it', () => {
  const silence = new SftpSilence(undefined);
  const all = Array.from({ length: 4 }, () => watched(silence));
  for (const { answered } of all) {
    vi.advanceTimersByTime(25_000);
    answered();
  }
  for (const { giveUp } of all) expect(giveUp).not.toHaveBeenCalled();
});

test('what is asked after the limit is waited for briefly, until an answer shows that the disk is back', () => {
  const silence = new SftpSilence(undefined);
  const first = watched(silence);
  vi.advanceTimersByTime(30_000);
  const second = watched(silence);
  vi.advanceTimersByTime(2_000);
  expect(second.giveUp).toHaveBeenCalledExactlyOnceWith(32_000, undefined);
  first.answered();
  second.answered();
  const third = watched(silence);
  vi.advanceTimersByTime(29_000);
  expect(third.giveUp).not.toHaveBeenCalled();
});

test('a cancelled job waits 5 s for what is under way, and hardly at all for what it asks after that', () => {
  const cancelling = new AbortController();
  const silence = new SftpSilence(cancelling.signal);
  const under = watched(silence);
  vi.advanceTimersByTime(500);
  const reason = new Error('cancelled');
  cancelling.abort(reason);
  vi.advanceTimersByTime(4_999);
  expect(under.giveUp).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(under.giveUp).toHaveBeenCalledExactlyOnceWith(5_500, { reason });
  const after = watched(silence);
  vi.advanceTimersByTime(200);
  expect(after.giveUp).toHaveBeenCalledExactlyOnceWith(5_700, undefined);
});

test('what a cancelled job asks once the limit has passed is waited for in full as soon as the disk is back', () => {
  const cancelling = new AbortController();
  const silence = new SftpSilence(cancelling.signal);
  cancelling.abort();
  const first = watched(silence);
  vi.advanceTimersByTime(5_000);
  expect(first.giveUp).toHaveBeenCalledOnce();
  first.answered();
  const second = watched(silence);
  vi.advanceTimersByTime(4_999);
  expect(second.giveUp).not.toHaveBeenCalled();
  second.answered();
});

test('a silence before the cancel does not count: a busy disk may take the 5 s from there', () => {
  const cancelling = new AbortController();
  const { giveUp } = watched(new SftpSilence(cancelling.signal));
  vi.advanceTimersByTime(10_000);
  cancelling.abort('enough');
  vi.advanceTimersByTime(4_999);
  expect(giveUp).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(giveUp).toHaveBeenCalledExactlyOnceWith(15_000, { reason: 'enough' });
});

test('a cancel lengthens no wait, and a server that was given up already gets hardly any', () => {
  const cancelling = new AbortController();
  const silence = new SftpSilence(cancelling.signal);
  const first = watched(silence);
  vi.advanceTimersByTime(28_000);
  cancelling.abort('enough');
  vi.advanceTimersByTime(2_000);
  expect(first.giveUp).toHaveBeenCalledExactlyOnceWith(30_000, { reason: 'enough' });
  const second = watched(silence);
  vi.advanceTimersByTime(200);
  expect(second.giveUp).toHaveBeenCalledExactlyOnceWith(30_200, undefined);
});

test('a cancelled job gives a server that answers its 5 s too', () => {
  const silence = new SftpSilence(AbortSignal.abort());
  const { giveUp, answered } = watched(silence);
  vi.advanceTimersByTime(4_900);
  answered();
  expect(giveUp).not.toHaveBeenCalled();
});
