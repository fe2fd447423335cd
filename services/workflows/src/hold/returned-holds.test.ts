import { HOLD_EPOCH } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import { changeEvent, findHold, persistTickets, voidTickets } from '@box-office/database';
import { publishDetails, rebuildFromDatabase } from '@box-office/inventory-sync';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openHoldHarness, serials, type HoldHarness } from './testing/hold-harness.js';

let at: HoldHarness;
let pool: pg.Pool;
let inventory: Inventory;

beforeAll(async () => {
  at = await openHoldHarness(inject('stack'));
  ({ pool, inventory } = at);
});

afterAll(() => at.close());

const statusOf = async (holdId: string) => (await findHold(pool, holdId))?.status;

describe('a purchase that ends without tickets', () => {
  it.each([
    ['before it took them over', false],
    ['after it took them over', true],
  ])('%s returns them to its hold, once, and the next purchase buys those very tickets', async (_, tookOver) => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2);
    const before = { held: await at.heldInRedis(eventId), buyers: await at.buyersOf(eventId) };
    const one = await at.buying(hold);
    if (tookOver) await at.reserve(one);
    await at.decideToUndo(one);
    for (let i = 0; i < 2; i++) await at.releaseCapacity(one);
    expect({ held: await at.heldInRedis(eventId), buyers: await at.buyersOf(eventId) }).toEqual(before);
    // Its own step that is late gets nothing.
    expect(await at.reserve(one)).toEqual({ kind: 'superseded' });
    await at.undoing.concludeUndoing(one.claim);
    expect(await findHold(pool, hold.holdId)).toEqual(hold);
    expect(at.told).toContainEqual([hold.holdId, one.order.purchaseId]);
    const next = await at.buying(hold);
    expect(await at.reserve(next)).toMatchObject({ kind: 'reserved', items: serials(1, 2), fromHold: true });
    // A late attempt of the one before takes them from no purchase.
    await at.releaseCapacity(one);
    expect(await at.heldInRedis(eventId)).toEqual({ [next.order.purchaseId]: serials(1, 2) });
  });

  it('after the time of its hold frees the tickets at once', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2, { durationMs: 0 });
    const one = await at.buying(hold);
    await at.reserve(one);
    await at.undo(one);
    expect(await statusOf(hold.holdId)).toBe('expired');
    expect(await at.heldInRedis(eventId)).toEqual({});
    expect(await at.buyersOf(eventId)).toEqual({});
    expect(await at.take(eventId, 2, { userId: 'ben' })).toMatchObject({ items: serials(1, 2) });
  });

  it.each(['expired', 'released'] as const)(
    'and whose hold is %s between its return in PostgreSQL and that in Redis holds nothing in the end',
    async (as) => {
      const { id: eventId } = await at.openedEvent(2);
      const hold = await at.take(eventId, 2, { durationMs: as === 'expired' ? 0 : 60_000 });
      const one = await at.buying(hold);
      await at.reserve(one);
      await at.decideToUndo(one);
      await voidTickets(pool, one.claim);
      expect((await at.holding.endHold(hold.holdId, as)).hold.status).toBe(as);
      expect(await at.heldInRedis(eventId)).toEqual({ [one.order.purchaseId]: serials(1, 2) });
      await at.releaseCapacity(one);
      expect(await statusOf(hold.holdId)).toBe(as);
      expect(await at.heldInRedis(eventId)).toEqual({});
    },
  );

  it.each([
    ['a wiped Redis', (eventId: string) => at.wipe(eventId)],
    [
      'a change of generation',
      async (eventId: string) => {
        const seen = Number.MAX_SAFE_INTEGER;
        await rebuildFromDatabase({ pool, inventory }, { eventId, seen, cause: 'test' });
      },
    ],
  ])(
    'and %s between the return in PostgreSQL and that in Redis leaves the tickets with the hold',
    async (_, befall) => {
      const { id: eventId } = await at.openedEvent(2);
      const hold = await at.take(eventId, 2);
      for (const moment of ['decided', 'returned'] as const) {
        const one = await at.buying(hold);
        await at.reserve(one);
        await at.decideToUndo(one);
        if (moment === 'returned') await voidTickets(pool, one.claim);
        await befall(eventId);
        expect(await at.take(eventId, 1, { userId: 'ben' })).toMatchObject({
          refusal: { reason: 'sold_out' },
        });
        expect(await at.heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
        await at.releaseCapacity(one);
        await at.undoing.concludeUndoing(one.claim);
        expect(await at.heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
        expect(await at.buyersOf(eventId)).toEqual({ ann: 2 });
        expect(await findHold(pool, hold.holdId)).toEqual(hold);
      }
      expect(await at.reserve(await at.buying(hold))).toMatchObject({ items: serials(1, 2), fromHold: true });
    },
  );

  it('with pending tickets returns them, whatever befalls Redis while they stand', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2);
    const one = await at.buying(hold);
    await at.reserve(one);
    const tickets = { ...one.claim, authorisationId: 'a', items: serials(1, 2) };
    expect(await persistTickets(pool, [tickets])).toEqual(['persisted']);
    await at.decideToUndo(one);
    await at.wipe(eventId);
    await at.releaseCapacity(one);
    await at.undoing.concludeUndoing(one.claim);
    expect(await at.heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
    expect(await statusOf(hold.holdId)).toBe('active');
  });

  it('is at no moment seen without its tickets by others, in Redis', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2);
    let isOver = false;
    const free: number[] = [];
    const watching = (async () => {
      while (!isOver) {
        const read = await inventory.readAvailability(eventId);
        if (read.kind === 'counted') free.push(read.event.capacity);
      }
    })();
    for (let i = 0; i < 20; i++) {
      const one = await at.buying(hold);
      await at.reserve(one);
      await at.undo(one);
    }
    isOver = true;
    await watching;
    expect(free.length).toBeGreaterThan(20);
    expect(new Set(free)).toEqual(new Set([0]));
  });

  it('and whose hold Redis had lost before promises it no longer', async () => {
    const { id: eventId } = await at.openedEvent(10);
    const hold = await at.take(eventId, 2);
    const one = await at.buying(hold);
    await inventory.release(eventId, 1, [{ purchaseId: hold.holdId, epoch: HOLD_EPOCH }]);
    expect(await at.take(eventId, 1, { userId: 'ben' })).toMatchObject({ items: serials(1) });
    expect(await at.reserve(one)).toMatchObject({ kind: 'reserved', items: serials(2, 3) });
    await at.undo(one);
    expect(await statusOf(hold.holdId)).toBe('released');
    expect(Object.values(await at.heldInRedis(eventId))).toEqual([serials(1)]);
  });
});

describe('an event that is closed', () => {
  it('for a moment refuses the purchase, and its hold has the tickets for the next one', async () => {
    const { id: eventId } = await at.openedEvent(2);
    const hold = await at.take(eventId, 2);
    const becomes = async (status: 'on_sale' | 'closed') => {
      const change = await changeEvent(
        pool,
        { eventId, ifRevision: null, wanted: (details) => ({ kind: 'wanted', details: { ...details, status } }) },
        () => Promise.reject(new Error('no total is lowered')),
      );
      if (change.kind !== 'changed') throw new Error(change.kind);
      await publishDetails({ pool, inventory }, change.details, change.generation);
    };
    await becomes('closed');
    const one = await at.buying(hold);
    expect(await at.reserve(one)).toEqual({ kind: 'refused', refusal: { reason: 'not_on_sale', cause: 'closed' } });
    await at.undo(one);
    expect(await at.heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
    await becomes('on_sale');
    expect(await at.reserve(await at.buying(hold))).toMatchObject({ items: serials(1, 2), fromHold: true });
  });
});
