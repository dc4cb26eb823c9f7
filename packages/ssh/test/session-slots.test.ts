import { expect, test } from 'vitest';
import { SessionSlots } from '../src/session-slots.ts';

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (
    (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, pending))])) === pending
  );
}

async function open(slots: SessionSlots) {
  const slot = await slots.take();
  slot.opened();
  return slot;
}

test('the surplus waits for its turn, in order', async () => {
  const slots = new SessionSlots(2);
  const first = await open(slots);
  await open(slots);
  const third = slots.take();
  const fourth = slots.take();
  expect(await isPending(third)).toBe(true);
  first.release();
  expect(await isPending(third)).toBe(false);
  expect(await isPending(fourth)).toBe(true);
});

test('giving a place back twice does not make two of it', async () => {
  const slots = new SessionSlots(1);
  const slot = await open(slots);
  slot.release();
  slot.release();
  await slots.take();
  expect(await isPending(slots.take())).toBe(true);
});

test('learns that the server allows fewer', async () => {
  const slots = new SessionSlots(10);
  const first = await open(slots);
  const refused = await slots.take();
  expect(slots.refused()).toBe(true);
  refused.release();
  const again = slots.take();
  expect(await isPending(again)).toBe(true);
  first.release();
  expect(await isPending(again)).toBe(false);
});

test('does not learn a limit below what was once open at the same time', async () => {
  const slots = new SessionSlots(10);
  await open(slots);
  const second = await open(slots);
  second.release();
  const early = await slots.take();
  expect(slots.refused()).toBe(true);
  early.release();
  expect(await isPending(slots.take())).toBe(false);
});

test('cannot learn from a refusal when the server never opened one', async () => {
  const slots = new SessionSlots(10);
  await slots.take();
  expect(slots.refused()).toBe(false);
});
