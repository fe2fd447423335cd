import { HOLD_EPOCH } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import { endHold, findHold, persistTickets, recordHold } from '@box-office/database';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { holdOrder, items, openHoldHarness, serials, type HoldHarness } from './testing/hold-harness.js';

let at: HoldHarness;
let pool: pg.Pool;
let inventory: Inventory;

beforeAll(async () => {
  at = await openHoldHarness(inject('stack'));
  ({ pool, inventory } = at);
});

afterAll(() => at.close());

describe('expiry before use', () => {
  it('committed, but not yet in Redis: the purchase buys those very tickets, and the late release leaves them alone', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2, { durationMs: 0 });
    await endHold(pool, hold.holdId, 'expired');
    const one = await at.buying(hold);
    // All tickets of the event are still held in Redis for the hold that is over.
    expect(await at.reserve(one)).toMatchObject({ kind: 'reserved', items: serials(1, 2) });
    expect((await at.holding.endHold(hold.holdId, 'expired')).hold.status).toBe('expired');
    expect(await at.heldInRedis(eventId)).toEqual({ [one.order.purchaseId]: serials(1, 2) });
  });

  it('leaves no room: the purchase is refused and told that its hold had lapsed', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2, { durationMs: 0 });
    await at.holding.endHold(hold.holdId, 'expired');
    await at.take(eventId, 2, { userId: 'ben' });
    expect(await at.reserve(await at.buying(hold))).toEqual({
      kind: 'refused',
      refusal: { reason: 'sold_out', ticketType: 'standard', holdLapsed: true },
    });
  });
});

describe('use before expiry', () => {
  it('committed, but not yet in Redis: the timer takes nothing away, and the step that is repeated gets the tickets', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2, { durationMs: 0 });
    const one = await at.buying(hold);
    expect((await at.holding.endHold(hold.holdId, 'expired')).hold.status).toBe('in_use');
    expect(await at.heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
    expect(await at.reserve(one)).toMatchObject({ kind: 'reserved', items: serials(1, 2), fromHold: true });
    expect(await at.reserve(one)).toMatchObject({ kind: 'reserved', items: serials(1, 2), fromHold: true });
    expect(await at.heldInRedis(eventId)).toEqual({ [one.order.purchaseId]: serials(1, 2) });
  });
});

describe('a list of purchases', () => {
  it('is reserved together: what a hold keeps, what is left, and nothing where a hold has lapsed and none is left', async () => {
    const { id: eventId } = await at.openedEvent(3);
    const [used, lapsed] = [await at.take(eventId, 2), await at.take(eventId, 1, { durationMs: 0 })];
    await at.holding.endHold(lapsed.holdId, 'expired');
    const list = [await at.buying({ eventId, wanted: items(1) }), await at.buying(lapsed), await at.buying(used)];
    const answers = await at.reserveAll(list);
    expect(answers).toMatchObject([
      { kind: 'reserved', items: serials(3) },
      { kind: 'refused', refusal: { reason: 'sold_out', holdLapsed: true } },
      { kind: 'reserved', items: serials(1, 2), fromHold: true },
    ]);
  });
});

describe('taking a hold', () => {
  it('again after a try that died between the stores takes the same tickets once', async () => {
    const { id: eventId } = await at.openedEvent(5);
    const order = holdOrder(eventId, 2);
    await inventory.reserve(eventId, 1, [
      { purchaseId: order.holdId, epoch: HOLD_EPOCH, userId: 'ann', items: items(2) },
    ]);
    const [first, again] = [await at.holding.takeHold(order), await at.holding.takeHold(order)];
    expect(first).toMatchObject({ status: 'active', items: serials(1, 2) });
    expect(again).toEqual(first);
    expect(await at.heldInRedis(eventId)).toEqual({ [order.holdId]: serials(1, 2) });
  });

  it('by a try that comes after its release takes nothing', async () => {
    const { id: eventId } = await at.openedEvent(5);
    const order = holdOrder(eventId, 2);
    await at.holding.takeHold(order);
    await at.holding.endHold(order.holdId, 'released');
    expect((await at.holding.takeHold(order)).status).toBe('released');
    const late = await inventory.reserve(eventId, 1, [
      { purchaseId: order.holdId, epoch: HOLD_EPOCH, userId: 'ann', items: items(2) },
    ]);
    expect(late).toEqual({ kind: 'done', outcomes: [{ kind: 'tombstoned' }] });
    expect(await at.heldInRedis(eventId)).toEqual({});
  });

  it.each([
    ['are left', 1, { status: 'active', items: serials(2, 3) }],
    ['are not left', 2, { status: 'refused', refusal: { reason: 'not_enough_left', available: 1 } }],
  ])('whose reservation was released before it had a row is decided: its tickets %s', async (_, others, expected) => {
    const { id: eventId } = await at.openedEvent(3);
    const order = holdOrder(eventId, 2);
    const { holdId } = order;
    await inventory.reserve(eventId, 1, [{ purchaseId: holdId, epoch: HOLD_EPOCH, userId: 'ann', items: items(2) }]);
    await inventory.release(eventId, 1, [{ purchaseId: holdId, epoch: HOLD_EPOCH }]);
    await at.take(eventId, others, { userId: 'ben' });
    const taken = await at.holding.takeHold(order);
    expect(taken).toMatchObject(expected);
    expect(await findHold(pool, holdId)).toEqual(taken);
    expect(await at.holding.takeHold(order)).toEqual(taken);
    if (taken.status === 'active') await at.holding.endHold(holdId, 'released');
    expect(await at.heldInRedis(eventId)).not.toHaveProperty(holdId);
  });

  it('of an unknown event or too much is refused, with a row that says so', async () => {
    const { id: eventId } = await at.openedEvent(1);
    const unknown = await at.take('999', 1);
    const tooMuch = await at.take(eventId, 2);
    expect([unknown.refusal, tooMuch.refusal]).toMatchObject([
      { reason: 'unknown_event' },
      { reason: 'not_enough_left', available: 1 },
    ]);
    expect(await findHold(pool, tooMuch.holdId)).toEqual(tooMuch);
  });

  it('that Redis allows and PostgreSQL does not is refused, and nothing stays held', async () => {
    const { id: eventId } = await at.openedEvent(10, 3);
    // Redis knows nothing of this one.
    const order = { ...holdOrder(eventId, 2), generation: 1, serials: serials(9, 10), ownerWorkflowId: 'hold' };
    await recordHold(pool, order);
    const refused = await at.take(eventId, 2);
    expect(refused).toMatchObject({ status: 'refused', refusal: { reason: 'over_buyer_limit', limit: 3, held: 2 } });
    expect(await at.heldInRedis(eventId)).toEqual({});
  });
});

describe('a lost Redis', () => {
  it('brings back holds and counts as they were, those of a purchase under way too', async () => {
    const { id: eventId } = await at.openedEvent(10);
    const [kept, used] = [holdOrder(eventId, 2), holdOrder(eventId, 3)];
    await at.holding.takeHold(kept);
    const one = await at.buying(await at.holding.takeHold(used));
    await at.reserve(one);
    const other = await at.take(eventId, 1, { userId: 'ben' });
    const before = { held: await at.heldInRedis(eventId), buyers: await at.buyersOf(eventId) };
    await at.wipe(eventId);
    expect(await at.reserve(one)).toMatchObject({ kind: 'reserved', generation: 2, items: serials(3, 4, 5) });
    expect({ held: await at.heldInRedis(eventId), buyers: await at.buyersOf(eventId) }).toEqual(before);
    expect(before.buyers).toEqual({ ann: 5, ben: 1 });
    expect(await at.heldInRedis(eventId)).toMatchObject({ [other.holdId]: serials(6) });
  });

  it('and a hold whose ticket is another’s: its purchase buys other tickets', async () => {
    const { id: eventId } = await at.openedEvent(10);
    const hold = await at.take(eventId, 2);
    const foreign = await at.buying({ eventId, wanted: items(1) });
    const ticket = { ...foreign.claim, generation: 1, authorisationId: 'a', items: serials(2) };
    expect(await persistTickets(pool, [ticket])).toEqual(['persisted']);
    await at.wipe(eventId);
    expect(await at.reserve(await at.buying(hold))).toEqual({ kind: 'reserved', generation: 2, items: serials(1, 3) });
  });
});
