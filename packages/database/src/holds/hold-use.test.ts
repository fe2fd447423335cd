import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEvent } from '../events/find.js';
import { changed } from '../events/testing/changed.js';
import { claimPurchases } from '../purchases/claim.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { findPurchases } from '../purchases/find.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../purchases/undo.js';
import { endHold } from './end.js';
import { findHold } from './find.js';
import { idOf, openHoldFixture, standard, type Buying, type HoldFixture } from './testing/hold-fixture.js';

const LIMIT = 1_000;
const PRICE_MINOR = 2_500;
let fixture: HoldFixture;

beforeAll(async () => {
  fixture = await openHoldFixture(LIMIT);
});

afterAll(() => fixture.close());

let next = 1;
const someSerials = (count: number): number[] => Array.from({ length: count }, () => next++);
const held = async (count = 2, changes = {}): Promise<string> => idOf(await fixture.hold(someSerials(count), changes));
const holdOf = async (holdId: string) => findHold(fixture.pool, holdId);
const over = { durationMs: 0 };
const DECLINED = { kind: 'declined', reason: 'no_money' } as const;

const numbersOf = async (holdId: string): Promise<number[]> =>
  ((await holdOf(holdId))?.items ?? []).flatMap((item) => item.serials);

/** Its tickets are valid then. */
async function confirm(buying: Buying, holdId: string): Promise<void> {
  expect(await fixture.persist({ of: buying, numbers: await numbersOf(holdId) })).toEqual(['persisted']);
  expect(await finalisePurchases(fixture.pool, [buying.claim])).toMatchObject([{ kind: 'confirmed' }]);
}

async function setPrice(priceMinor: number): Promise<void> {
  await changed(fixture.pool, fixture.eventId, ({ ticketTypes }) => ({
    ticketTypes: ticketTypes.map((type) => ({ ...type, priceMinor })),
  }));
}

describe('a hold that a purchase names', () => {
  it('is its own from the claim on, however often it is claimed', async () => {
    const [holdId, order] = [await held(2, over), fixture.order(2)];
    const named = { ...order, holdId };
    expect(await fixture.ask(named)).toMatchObject({ kind: 'mine', usesHold: true, resumed: false });
    expect(await fixture.ask(named)).toMatchObject({ kind: 'mine', usesHold: true, resumed: true });
    expect(await fixture.ask(named, '2')).toMatchObject({ kind: 'mine', usesHold: true, epoch: 2 });
    expect((await endHold(fixture.pool, holdId, 'expired'))?.hold.status).toBe('in_use');
    expect(await holdOf(holdId)).toMatchObject({ status: 'in_use', purchaseId: order.purchaseId });
  });

  it('is not bought by a second purchase: in use while the first is open, with no row, and used for good after', async () => {
    const holdId = await held(2);
    const [first, second] = [await fixture.claim(2, { holdId }), fixture.order(2, { holdId })];
    const usedBy = first.order.purchaseId;
    const { purchaseId } = second;
    expect(await fixture.ask(second)).toEqual({ kind: 'hold_in_use', purchaseId, usedBy });
    expect(await findPurchases(fixture.pool, [purchaseId])).toEqual([]);
    await fixture.persist({ of: first, numbers: await numbersOf(holdId) });
    expect(await fixture.ask(second)).toEqual({ kind: 'hold_in_use', purchaseId, usedBy });
    await finalisePurchases(fixture.pool, [first.claim]);
    expect((await holdOf(holdId))?.status).toBe('used');
    const outcome = { kind: 'refused', reason: 'hold_used', usedBy };
    for (let i = 0; i < 2; i++) expect(await fixture.ask(second)).toMatchObject({ kind: 'finished', outcome });
  });

  it('goes to the first of a list of purchases that name it, and the others are not begun', async () => {
    const holdId = await held(1);
    const orders = [fixture.order(1, { holdId }), fixture.order(1), fixture.order(1, { holdId })];
    const claims = await claimPurchases(fixture.pool, orders, { workflowId: 'purchases/1', runId: '1' });
    expect(claims.map(({ kind }) => kind)).toEqual(['mine', 'mine', 'hold_in_use']);
    expect(claims).toMatchObject([{ usesHold: true }, { usesHold: false }, { usedBy: orders[0]?.purchaseId }]);
  });

  it('goes to one of many purchases that come at once with its expiry, and the others are not begun', async () => {
    for (let round = 0; round < 15; round++) {
      const holdId = await held(2, over);
      const orders = [1, 2, 3].map(() => fixture.order(2, { holdId }));
      const [end, ...claims] = await Promise.all([
        endHold(fixture.pool, holdId, 'expired'),
        ...orders.map((order) => fixture.ask(order)),
      ]);
      const users = claims.flatMap((claim) => (claim.kind === 'mine' && claim.usesHold ? claim.purchaseId : []));
      if (end?.hold.status === 'expired') {
        expect(users).toEqual([]);
        expect(claims.map(({ kind }) => kind)).toEqual(['mine', 'mine', 'mine']);
        continue;
      }
      expect(await holdOf(holdId)).toMatchObject({ status: 'in_use', purchaseId: users[0] });
      expect(claims.filter(({ kind }) => kind === 'hold_in_use')).toHaveLength(2);
    }
  });

  it('lets a purchase continue without it once it has lapsed or was released', async () => {
    const [expired, released] = [await held(2, over), await held(2)];
    await endHold(fixture.pool, expired, 'expired');
    await endHold(fixture.pool, released, 'released');
    for (const holdId of [expired, released]) {
      for (let i = 0; i < 2; i++) expect((await fixture.claim(2, { holdId })).claim.usesHold).toBe(false);
    }
  });

  it.each([
    ['another buyer', { userId: 'ben' }],
    ['other tickets', { items: standard(3) }],
    ['another event', { eventId: '999999' }],
    ['no such hold', { holdId: randomUUID() }],
  ])('of %s refuses the purchase, and the hold stays', async (what, changes) => {
    const holdId = await held(2);
    const claim = await fixture.ask(fixture.order(2, { holdId, ...changes }));
    const reason = what === 'another event' ? 'unknown_event' : 'unknown_hold';
    expect(claim).toMatchObject({ kind: 'finished', outcome: { kind: 'refused', reason } });
    expect((await holdOf(holdId))?.status).toBe('active');
  });
});

describe('a purchase that ends without tickets', () => {
  it('returns its hold with the very same tickets, for another purchase, and the buyer’s count never moves', async () => {
    const ann = { userId: `ann ${randomUUID()}` };
    const holdId = await held(2, ann);
    const before = await holdOf(holdId);
    for (const persisted of [false, true]) {
      const one = await fixture.claim(2, { ...ann, holdId });
      if (persisted) await fixture.persist({ of: one, numbers: await numbersOf(holdId) });
      await fixture.undo(one);
      expect(await holdOf(holdId)).toEqual(before);
      expect(await fixture.countOf(ann.userId)).toBe(2);
    }
    const last = await fixture.claim(2, { ...ann, holdId });
    await confirm(last, holdId);
    expect(await fixture.countOf(ann.userId)).toBe(2);
    expect(await holdOf(holdId)).toMatchObject({ status: 'used', purchaseId: last.order.purchaseId });
  });

  it('keeps the hold in use until it has its outcome', async () => {
    const holdId = await held(2);
    const [one, other] = [await fixture.claim(2, { holdId }), fixture.order(2, { holdId })];
    await beginUndoing(fixture.pool, { ...one.claim, outcome: DECLINED, authorisationId: null });
    expect((await fixture.ask(other)).kind).toBe('hold_in_use');
    for (let i = 0; i < 2; i++) {
      expect(await voidTickets(fixture.pool, one.claim)).toMatchObject({ hold: { holdId, status: 'active' } });
    }
    expect((await fixture.ask(other)).kind).toBe('hold_in_use');
    await concludeUndoing(fixture.pool, one.claim);
    expect(await fixture.ask(other)).toMatchObject({ kind: 'mine', usesHold: true });
    // A late try of the earlier one takes it from no other.
    expect((await voidTickets(fixture.pool, one.claim)).hold).toBeNull();
    expect(await holdOf(holdId)).toMatchObject({ status: 'in_use', purchaseId: other.purchaseId });
  });

  it('returns its hold even where the limit per buyer was lowered meanwhile', async () => {
    const holdId = await held(2);
    const one = await fixture.claim(2, { holdId });
    const limitPerBuyer = (await findEvent(fixture.pool, fixture.eventId))?.limitPerBuyer ?? 0;
    await changed(fixture.pool, fixture.eventId, () => ({ limitPerBuyer: 1 }));
    await fixture.undo(one);
    await changed(fixture.pool, fixture.eventId, () => ({ limitPerBuyer }));
    expect((await holdOf(holdId))?.status).toBe('active');
  });

  it('of a cancelled event returns nothing: the hold is over', async () => {
    const other = await openHoldFixture(10);
    const holdId = idOf(await other.hold([1, 2]));
    const one = await other.claim(2, { holdId });
    await other.pool.query('update event_inventory set event_cancelled = true where event_id = $1', [other.eventId]);
    await other.undo(one);
    expect(await findHold(other.pool, holdId)).toMatchObject({ status: 'released', purchaseId: null });
    expect(await other.countOf('ann')).toBe(0);
    await other.close();
  });
});

describe('the tables themselves refuse', () => {
  const refuses = (text: string, values: unknown[]) => expect(fixture.pool.query(text, values)).rejects;
  const copy = (columns: string) => `
    insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
      payment_method, request_id, hold_id, used_hold_id, status, owner_workflow_id, owner_run_id)
    select gen_random_uuid(), gen_random_uuid()::text, fingerprint, user_id, event_id, items, amount_minor, currency,
      payment_method, request_id, hold_id, ${columns}, 'claimed', owner_workflow_id, owner_run_id
      from event_ticket_transactions where id = $1`;

  it('a second purchase that uses the hold, or continues without it', async () => {
    const holdId = await held(2);
    const one = await fixture.claim(2, { holdId });
    const id = [one.order.purchaseId];
    const constraint = 'event_ticket_transactions_by_used_hold';
    const without = { constraint: 'purchase_use_of_hold_is_legal' };
    await refuses(copy('used_hold_id'), id).toMatchObject({ constraint });
    await refuses(copy('null'), id).toMatchObject(without);
    await confirm(one, holdId);
    await refuses(copy('used_hold_id'), id).toMatchObject({ constraint });
    await refuses(copy('null'), id).toMatchObject(without);
  });

  it('another hold for a purchase, an end without tickets before the return, and a return after tickets', async () => {
    const [holdId, otherId] = [await held(2), await held(2)];
    const one = await fixture.claim(2, { holdId });
    const { purchaseId } = one.order;
    const constraint = 'purchase_use_of_hold_is_legal';
    const change = 'update event_ticket_transactions set used_hold_id = $2 where id = $1';
    await refuses(change, [purchaseId, otherId]).toMatchObject({ constraint });
    const use = `update ticket_holds set status = 'used', purchase_id = $1 where id = $2`;
    await refuses(use, [purchaseId, otherId]).toMatchObject({ constraint: 'hold_change_is_legal' });
    await beginUndoing(fixture.pool, { ...one.claim, outcome: DECLINED, authorisationId: null });
    await expect(concludeUndoing(fixture.pool, one.claim)).rejects.toMatchObject({ constraint });
    await voidTickets(fixture.pool, one.claim);
    await concludeUndoing(fixture.pool, one.claim);
    const bought = await fixture.claim(2, { holdId });
    await confirm(bought, holdId);
    const back = `update ticket_holds set status = 'active', purchase_id = null where id = $1`;
    await refuses(back, [holdId]).toMatchObject({ constraint: 'hold_change_is_legal' });
  });
});

describe('the price of a hold', () => {
  const quote = (priceMinor: number, quantity = 2) => ({
    items: [{ ticketType: 'standard', quantity, priceMinor }],
    fees: null,
    amountMinor: priceMinor * quantity,
    currency: 'EUR',
  });

  it('is that of the moment at which it was taken, and what the purchase pays that uses it', async () => {
    const holdId = await held(2);
    expect((await holdOf(holdId))?.quote).toEqual(quote(PRICE_MINOR));
    await setPrice(4_000);
    const { claim } = await fixture.claim(2, { holdId });
    expect(claim).toMatchObject({ usesHold: true, amountMinor: 5_000 });
    expect((await fixture.claim(2)).claim.amountMinor).toBe(8_000);
    expect((await holdOf(holdId))?.quote).toEqual(quote(PRICE_MINOR));
    await setPrice(PRICE_MINOR);
    for (const tampered of ['amount_minor = 1', `quoted_fees = '[]'`]) {
      const change = fixture.pool.query(`update ticket_holds set ${tampered} where id = $1`, [holdId]);
      await expect(change).rejects.toThrow(/never change/);
    }
  });

  it('that has lapsed is not paid: at another price the purchase is refused, unless it expects the new amount', async () => {
    const holdId = await held(2, over);
    await endHold(fixture.pool, holdId, 'expired');
    expect((await fixture.claim(2, { holdId })).claim.amountMinor).toBe(5_000);
    await setPrice(4_000);
    const changed = { reason: 'price_changed', amountMinor: 8_000, currency: 'EUR', holdLapsed: true };
    const refused = { kind: 'finished', outcome: { kind: 'refused', ...changed } };
    expect(await fixture.ask(fixture.order(2, { holdId }))).toMatchObject(refused);
    expect(await fixture.ask(fixture.order(2, { holdId, expectedAmountMinor: 5_000 }))).toMatchObject(refused);
    expect((await fixture.claim(2, { holdId, expectedAmountMinor: 8_000 })).claim.amountMinor).toBe(8_000);
    await setPrice(PRICE_MINOR);
  });
});

describe('the amount that a purchase expects', () => {
  it('is what it pays, or it is refused for good with the amount of now', async () => {
    const order = fixture.order(3, { expectedAmountMinor: 7_000 });
    const outcome = { kind: 'refused', reason: 'price_changed', amountMinor: 7_500, currency: 'EUR' };
    for (let i = 0; i < 2; i++) expect(await fixture.ask(order)).toMatchObject({ kind: 'finished', outcome });
    expect((await fixture.claim(3, { expectedAmountMinor: 7_500 })).claim.amountMinor).toBe(7_500);
  });

  it('of a hold is the one that the hold keeps; refused, the hold stays as it is', async () => {
    const holdId = await held(2);
    await setPrice(4_000);
    const refused = await fixture.ask(fixture.order(2, { holdId, expectedAmountMinor: 8_000 }));
    const changed = { reason: 'price_changed', amountMinor: 5_000 };
    expect(refused).toMatchObject({ kind: 'finished', outcome: changed });
    expect((await holdOf(holdId))?.status).toBe('active');
    expect((await fixture.claim(2, { holdId, expectedAmountMinor: 5_000 })).claim.usesHold).toBe(true);
    await setPrice(PRICE_MINOR);
  });
});
