import { expect, it } from 'vitest';
import { verifyOrders } from '../verify-orders.ts';

it('finds lost, doubled and unconfirmed orders and ignores those of others', () => {
  const sent = ['a', 'b', 'c', 'd', 'e'];
  expect(verifyOrders(sent, ['a', 'b', 'c'], 'a v1 host\nb v1 host\nb v2 host\nd\nother\nother\n')).toEqual({
    lost: ['c'],
    doubled: ['b'],
    unconfirmed: ['d'],
  });
});

it('is content when each was applied once', () => {
  expect(verifyOrders(['a', 'b'], ['a', 'b'], 'b\r\na')).toEqual({ lost: [], doubled: [], unconfirmed: [] });
});
