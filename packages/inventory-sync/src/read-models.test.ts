import { transactionKey, userTicketsKey } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/database';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { refreshReadModels } from './read-models.js';
import { openSyncFixture, type SyncFixture } from './testing/sync-fixture.js';
import { findWrongReadModels, rewriteReadModels } from './wrong-read-models.js';

let at: SyncFixture;
beforeAll(async () => {
  at = await openSyncFixture(inject('stack'));
});
afterAll(() => at.close());

const json = async (key: string): Promise<Record<string, unknown> | null> => {
  const text = await at.redis.get(key);
  return text === null ? null : (JSON.parse(text) as Record<string, unknown>);
};

/** A purchase before and after it was confirmed. */
async function bought(): Promise<{ readonly open: PurchaseRow; readonly confirmed: PurchaseRow }> {
  const eventId = await at.openedEvent(2);
  const reserved = await at.reserve(eventId, 2);
  const open = await at.find(reserved.purchaseId);
  return { open, confirmed: await at.confirm(reserved) };
}

describe('read models', () => {
  it('show the purchase and the tickets of its buyer', async () => {
    const { confirmed } = await bought();
    await refreshReadModels(at.deps, [confirmed]);
    const { transactionId, purchaseId, userId, version } = confirmed;
    expect(await json(transactionKey(transactionId))).toMatchObject({ purchaseId, version, status: 'confirmed' });
    expect(await json(userTicketsKey(userId))).toMatchObject({
      userId,
      tickets: [
        { purchaseId, serial: 1 },
        { purchaseId, serial: 2 },
      ],
    });
  });

  it('are written only when newer: a late writer with an older version changes nothing', async () => {
    const { open, confirmed } = await bought();
    await refreshReadModels(at.deps, [confirmed]);
    const [transaction, user] = [transactionKey(confirmed.transactionId), userTicketsKey(confirmed.userId)];
    const written = [await at.redis.get(transaction), await at.redis.get(user)];
    await refreshReadModels(at.deps, [open]);
    expect([await at.redis.get(transaction), await at.redis.get(user)]).toEqual(written);
  });

  it('replace an older version', async () => {
    const { open, confirmed } = await bought();
    await refreshReadModels(at.deps, [open]);
    expect(await json(transactionKey(open.transactionId))).toMatchObject({ version: open.version, status: 'claimed' });
    await refreshReadModels(at.deps, [confirmed]);
    expect(await json(transactionKey(open.transactionId))).toMatchObject({ status: 'confirmed' });
  });
});

describe('a comparison with PostgreSQL', () => {
  let purchase: PurchaseRow;
  let transaction: string;
  let user: string;
  beforeEach(async () => {
    ({ confirmed: purchase } = await bought());
    [transaction, user] = [transactionKey(purchase.transactionId), userTicketsKey(purchase.userId)];
    await refreshReadModels(at.deps, [purchase]);
  });
  const wrongOnes = async () => (await findWrongReadModels(at.deps, [purchase.purchaseId])).wrong;
  const change = async (key: string, changes: object): Promise<void> => {
    await at.redis.set(key, JSON.stringify({ ...(await json(key)), ...changes }));
  };

  it('finds nothing wrong in what was just written, nor in the same content of an older version', async () => {
    expect(await wrongOnes()).toEqual([]);
    await change(transaction, { version: 1, updatedAt: '2020-01-01T00:00:00.000Z' });
    expect(await wrongOnes()).toEqual([]);
  });

  it.each([
    ['another content', () => change(transaction, { amountMinor: 1 })],
    ['a later version than PostgreSQL has', () => change(transaction, { version: 9_999 })],
    ['no JSON', () => at.redis.set(transaction, 'rubbish')],
    ['a missing one', () => at.redis.del(transaction)],
  ])('finds %s of a transaction, and rewriting corrects it', async (_, spoil) => {
    await spoil();
    const wrong = await wrongOnes();
    const { purchaseId } = purchase;
    expect(wrong).toMatchObject([{ key: transaction, of: { purchaseId }, about: [purchaseId] }]);
    await rewriteReadModels(at.deps, wrong);
    expect(await wrongOnes()).toEqual([]);
    expect(await json(transaction)).toMatchObject({ purchaseId, amountMinor: 5_000, version: purchase.version });
  });

  it('finds a ticket that a buyer does not have, and names the purchase in which it differs', async () => {
    const { userId, purchaseId } = purchase;
    const model = await json(user);
    const [first, second] = model?.['tickets'] as object[];
    await change(user, { tickets: [first, second, { ...second, purchaseId: 'invented' }] });
    expect(await wrongOnes()).toMatchObject([{ key: user, of: { userId }, about: ['invented'] }]);
    await change(user, { tickets: [first] });
    const wrong = await wrongOnes();
    expect(wrong).toMatchObject([{ key: user, of: { userId }, about: [purchaseId] }]);
    await rewriteReadModels(at.deps, wrong);
    expect(await json(user)).toMatchObject({ tickets: model?.['tickets'] as object[] });
    expect(await wrongOnes()).toEqual([]);
  });
});
