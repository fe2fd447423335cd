import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { PaymentUnknownError } from '../port.js';
import { findIntent } from './find.js';

const DAY_S = 86_400;

interface Listed {
  readonly id: string;
  readonly created: number;
  readonly status: string;
  readonly metadata: object;
}

/** A provider's list of intents, newest first. */
function listing(intents: readonly Listed[]) {
  const newestFirst = intents.toSorted((a, b) => b.created - a.created);
  let calls = 0;
  const list = (query: { created: { gte: number; lte?: number }; limit: number; starting_after?: string }) => {
    calls += 1;
    const { gte, lte = Infinity } = query.created;
    const inPeriod = newestFirst.filter(({ created }) => created >= gte && created <= lte);
    const from = inPeriod.findIndex(({ id }) => id === query.starting_after) + 1;
    const data = inPeriod.slice(from, from + query.limit).map((one) => ({
      object: 'payment_intent',
      amount: 100,
      currency: 'eur',
      ...one,
    }));
    return Promise.resolve({ object: 'list', data, has_more: from + query.limit < inPeriod.length });
  };
  const find = (askedAt: Date, key = 'wanted') =>
    findIntent({ paymentIntents: { list } } as unknown as Stripe, { key, askedAt }, async (schema, send) => ({
      kind: 'done',
      replayed: false,
      value: schema.parse(await send()),
    }));
  return { find, calls: () => calls };
}

const now = Math.floor(Date.now() / 1_000);
const others = (count: number, firstAt: number, withinS = 3_600): Listed[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `pi_other_${firstAt}_${i}`,
    created: firstAt + (i % withinS),
    status: 'succeeded',
    metadata: {},
  }));
const made = (id: string, created: number, status: string): Listed => ({
  id,
  created,
  status,
  metadata: { key: 'wanted' },
});

describe('findIntent', () => {
  const askedAt = new Date((now - DAY_S) * 1_000);

  it('finds the intent of yesterday although more were made since than a search reads', async () => {
    const wanted = made('pi_wanted', now - DAY_S + 20, 'requires_capture');
    const { find, calls } = listing([wanted, ...others(12_000, now - DAY_S / 2)]);
    await expect(find(askedAt)).resolves.toMatchObject({ id: 'pi_wanted' });
    expect(calls()).toBe(1);
  });

  it('finds the intent of a purchase among more that others made in the same minutes than a search reads', async () => {
    const wanted = made('pi_wanted', now - DAY_S + 5, 'requires_capture');
    const rush = others(12_000, now - DAY_S, 500);
    const { find, calls } = listing([...rush, wanted]);
    await expect(find(askedAt)).resolves.toMatchObject({ id: 'pi_wanted' });
    expect(calls()).toBeLessThan(10);
  });

  it.each([
    ['at the start of a period', now - DAY_S + 30],
    ['at the end of one', now - DAY_S + 29],
    ['a moment ago', now],
    ['by a clock that is ahead', now + 30],
  ])('finds one that was made %s', async (_, created) => {
    const { find } = listing([made('pi_wanted', created, 'succeeded'), ...others(500, now - DAY_S / 2)]);
    await expect(find(askedAt)).resolves.toMatchObject({ id: 'pi_wanted' });
  });

  it('prefers one with money to an earlier one without', async () => {
    const intents = [made('pi_failed', now - DAY_S, 'canceled'), made('pi_paid', now - 60, 'succeeded')];
    await expect(listing(intents).find(askedAt)).resolves.toMatchObject({ id: 'pi_paid' });
    await expect(listing(intents.slice(0, 1)).find(askedAt)).resolves.toMatchObject({ id: 'pi_failed' });
  });

  it('finds nothing where all were read, and concludes nothing where some were not', async () => {
    await expect(listing(others(500, now - DAY_S / 2)).find(askedAt)).resolves.toBeUndefined();
    await expect(listing(others(10_001, now - DAY_S / 2)).find(askedAt)).rejects.toBeInstanceOf(PaymentUnknownError);
  });
});
