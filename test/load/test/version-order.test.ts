import { expect, it } from 'vitest';
import { VersionOrder } from '../version-order.ts';

it('lets the old version finish what it began before the new one answered', () => {
  const order = new VersionOrder();
  expect(order.answered('v1', 0, 1)).toBe(false);
  expect(order.answered('v2', 10, 12)).toBe(false);
  expect(order.answered('v1', 11, 2_011)).toBe(false);
  expect(order.answered('v1', 12, 20)).toBe(false);
});

it('finds the old version answering a request that began later', () => {
  const order = new VersionOrder();
  order.answered('v1', 0, 1);
  order.answered('v2', 10, 12);
  expect(order.answered('v1', 12.1, 13)).toBe(true);
  expect(order.answered('v2', 14, 15)).toBe(false);
});

it('finds an unannounced switch back', () => {
  const order = new VersionOrder();
  order.answered('v1', 0, 1);
  order.answered('v2', 10, 12);
  for (let at = 20; at < 25; at += 1) expect(order.answered('v1', at, at + 1)).toBe(true);
});

it('accepts an announced switch back, and then finds the version that was left', () => {
  const order = new VersionOrder();
  order.answered('v2', 0, 1);
  order.expect('v2');
  order.answered('v4', 10, 12);
  expect(order.answered('v2', 11, 14)).toBe(false);
  expect(order.newest).toBe('v4');
  expect(order.answered('v2', 20, 21)).toBe(false);
  expect(order.newest).toBe('v2');
  expect(order.answered('v4', 20.5, 30)).toBe(false);
  expect(order.answered('v4', 22, 30)).toBe(true);
});

it('allows an announced switch back once, so turns between two versions are found', () => {
  const order = new VersionOrder();
  order.answered('v2', 0, 1);
  order.expect('v2');
  order.answered('v4', 10, 12);
  const mixed = [20, 30, 40, 50, 60, 70].map((at, turn) =>
    order.answered(turn % 2 === 0 ? 'v2' : 'v4', at, at + 1),
  );
  expect(mixed).toEqual([false, true, false, true, false, true]);
});

it('allows each version of an announced way back once, whichever of them are on it', () => {
  const order = new VersionOrder();
  order.answered('v1+v1', 0, 1);
  order.answered('v1+v2', 2, 3);
  order.answered('v2+v2', 4, 5);
  order.expect('v1+v2', 'v2+v1', 'v1+v1');
  expect(order.answered('v1+v2', 10, 11)).toBe(false);
  expect(order.answered('v1+v1', 20, 21)).toBe(false);
  expect(order.answered('v1+v2', 30, 31)).toBe(true);
  expect(order.answered('v2+v2', 40, 41)).toBe(true);
});
