import { MAX_PURCHASES_PER_BATCH, MAX_SEARCH_ATTRIBUTE_BYTES } from '@box-office/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWaitingOrders, type Queued } from './waiting-orders.js';

const PLENTY = 10_000;
/** What the server accepts in one search attribute. */
const MAX_ENCODED_BYTES = 2_048;

let made = 0;
const orderOf = (eventId: string, userId = 'ann'): Queued => ({
  order: { purchaseId: `00000000-0000-4000-8000-${String(made++).padStart(12, '0')}`, eventId, userId },
  queuedAtMs: made,
});
const queueOf = (orders: readonly Queued[], limit = PLENTY) => {
  const queue = createWaitingOrders<Queued>(limit);
  for (const order of orders) queue.add(order);
  return queue;
};
const many = (count: number, eventId: string) => Array.from({ length: count }, () => orderOf(eventId));
const encoded = (values: readonly string[]): number => Buffer.byteLength(JSON.stringify([...new Set(values)]));

describe('a batch', () => {
  it('has at most fifty purchases, first in first out', () => {
    const orders = many(120, '1');
    const queue = queueOf(orders);
    expect(queue.takeNextBatch()).toEqual(orders.slice(0, MAX_PURCHASES_PER_BATCH));
    expect(queue.takeNextBatch()).toEqual(orders.slice(50, 100));
    expect(queue.takeNextBatch()).toEqual(orders.slice(100));
    expect([queue.takeNextBatch(), queue.size()]).toEqual([[], 0]);
  });

  it('takes one order of each event in turn, so that a busy event delays no other', () => {
    const hot = many(500, 'hot');
    const others = ['a', 'b', 'c'].map((eventId) => orderOf(eventId));
    const queue = queueOf([...hot, ...others]);
    const batch = queue.takeNextBatch();
    expect(batch).toHaveLength(50);
    expect(batch.slice(0, 4)).toEqual([hot[0], ...others]);
  });

  it('gives two busy events equal shares, whatever their queues', () => {
    const queue = queueOf([...many(400, 'a'), ...many(60, 'b')]);
    const events = queue.takeNextBatch().map(({ order }) => order.eventId);
    expect(events.filter((id) => id === 'b')).toHaveLength(25);
  });

  it('takes one order of each buyer of an event in turn: thousands of one buyer delay another by no batch', () => {
    const flood = Array.from({ length: 3_000 }, () => orderOf('1', 'flooder'));
    const [ben, cleo] = [orderOf('1', 'ben'), orderOf('1', 'cleo')];
    const queue = queueOf([...flood, ben, cleo]);
    expect(queue.takeNextBatch().slice(0, 3)).toEqual([flood[0], ben, cleo]);
    const dora = orderOf('1', 'dora');
    queue.add(dora);
    expect(queue.takeNextBatch()).toContain(dora);
  });

  it('closes before a list attribute gets too long, and always takes one', () => {
    const longName = (i: number) => `${i}`.padEnd(128, '音');
    const queue = queueOf(Array.from({ length: 20 }, (_, i) => orderOf('1', longName(i))));
    expect(queue.takeNextBatch()).toHaveLength(4);
    expect(queueOf([orderOf('1', '"'.repeat(1_000))]).takeNextBatch()).toHaveLength(1);
  });

  it('counts a buyer or an event that it has already only once', () => {
    const queue = queueOf(Array.from({ length: 50 }, () => orderOf('1', '音'.repeat(128))));
    expect(queue.takeNextBatch()).toHaveLength(50);
  });

  it('always fits its search attributes as they are encoded, and loses, doubles and reorders nothing', () => {
    const user = fc.string({ minLength: 1, maxLength: 128, unit: 'binary' });
    const arrival = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), user);
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 150 }), (arrivals) => {
        const orders = arrivals.map(([eventId, userId]) => orderOf(eventId, userId));
        const queue = queueOf(orders);
        const taken: Queued[] = [];
        while (queue.size() > 0) {
          const batch = queue.takeNextBatch();
          const one = batch.map(({ order }) => order);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(MAX_PURCHASES_PER_BATCH);
          for (const key of ['purchaseId', 'eventId', 'userId'] as const) {
            expect(encoded(one.map((order) => order[key]))).toBeLessThanOrEqual(MAX_ENCODED_BYTES);
          }
          taken.push(...batch);
        }
        for (const { order } of orders) {
          const of = (list: readonly Queued[]) =>
            list.filter((other) => other.order.eventId === order.eventId && other.order.userId === order.userId);
          expect(of(taken)).toEqual(of(orders));
        }
        expect(taken).toHaveLength(orders.length);
      }),
      { numRuns: 100 },
    );
  });

  it('may be full of purchases: their ids are within the bound', () => {
    expect(MAX_PURCHASES_PER_BATCH * 36).toBeLessThanOrEqual(MAX_SEARCH_ATTRIBUTE_BYTES);
  });
});

describe('a full queue', () => {
  it('refuses a new order of the event with the most orders', () => {
    const queue = queueOf(many(10, 'hot'), 10);
    const late = orderOf('hot');
    expect([queue.add(late), queue.size()]).toEqual([late, 10]);
  });

  it('takes an order of another event, and drops one of the event with the most', () => {
    const hot = many(10, 'hot');
    const queue = queueOf(hot, 10);
    const other = orderOf('other');
    expect([queue.add(other), queue.size()]).toEqual([hot[9], 10]);
    expect(queue.takeNextBatch()).toContain(other);
  });

  it('takes an order of another buyer of the same event, and drops one of the buyer with the most', () => {
    const flood = Array.from({ length: 9 }, () => orderOf('hot', 'flooder'));
    const queue = queueOf([...flood, orderOf('hot', 'ben')], 10);
    expect(queue.add(orderOf('hot', 'cleo'))).toBe(flood[8]);
    expect(queue.add(orderOf('hot', 'ben'))).toBe(flood[7]);
    const late = orderOf('hot', 'flooder');
    expect([queue.add(late), queue.size()]).toEqual([late, 10]);
  });

  it('never drops an order of an event that has no more orders than that of the new one', () => {
    const queue = queueOf([...many(5, 'a'), ...many(5, 'b')], 10);
    const late = orderOf('a');
    expect(queue.add(late)).toBe(late);
  });
});

it('what has waited too long is removed, and the rest keeps its order', () => {
  const [old1, a1, old2, b1, a2] = [orderOf('a'), orderOf('a'), orderOf('b'), orderOf('b'), orderOf('a')];
  const at = (queued: Queued | undefined, queuedAtMs: number): Queued => ({ ...(queued ?? orderOf('a')), queuedAtMs });
  const orders = [at(old1, 1), at(a1, 10), at(old2, 2), at(b1, 11), at(a2, 12)];
  const queue = queueOf(orders);
  expect(queue.takeOlderThan(10)).toEqual([orders[0], orders[2]]);
  expect([queue.size(), queue.takeNextBatch()]).toEqual([3, [orders[1], orders[3], orders[4]]]);
});
