import { randomUUID } from 'node:crypto';
import {
  HOLD_EPOCH,
  type EventFacts,
  type Hold,
  type HoldOrder,
  type PurchaseOrder,
  type SerialRange,
} from '@box-office/contract';
import { createInventory, type Inventory } from '@box-office/inventory';
import { createLogger, createPool, createRedis, redisReady } from '@box-office/platform';
import {
  claimPurchases,
  endHold,
  findHold,
  persistTickets,
  recordHold,
  voidTickets,
  type ClaimedPurchase,
} from '@box-office/records';
import { freshDatabase, separateEventIds, type FreshDatabase } from '@box-office/records/testing';
import { alterEvent, openEvent, restoreInventory } from '@box-office/restoration';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createHolding } from './holding.js';
import { createReserving } from './reserving.js';
import { createUndoing } from './undoing.js';
import { reservationOf } from '../workflows/requests.js';

let database: FreshDatabase;
let pool: pg.Pool;
let redis: Redis;
let inventory: Inventory;
let holding: ReturnType<typeof createHolding>;
let reserving: ReturnType<typeof createReserving>;
let undoing: ReturnType<typeof createUndoing>;
const told: string[][] = [];

beforeAll(async () => {
  const stack = inject('stack');
  const logger = createLogger({ service: 'test', level: 'silent' });
  database = await freshDatabase(stack);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  pool = createPool({ url: database.databaseUrl, applicationName: 'holds test', max: 5, logger });
  redis = createRedis({ url: stack.redisUrl, name: 'holds test', logger });
  await redisReady(redis, 5_000);
  inventory = createInventory(redis);
  holding = createHolding({ pool, inventory });
  reserving = createReserving({ pool, inventory });
  undoing = createUndoing({
    pool,
    inventory,
    announce: () => undefined,
    tellHold: (...by) => void told.push(by),
    logger,
  });
});

afterAll(async () => {
  redis.disconnect();
  await pool.end();
  await database.drop();
});

const openedEvent = (total: number, limitPerBuyer = 10): Promise<EventFacts> =>
  openEvent(
    { pool, inventory },
    {
      name: 'Gala',
      description: '',
      venue: 'Hall',
      startsAt: '2035-01-01T19:00:00Z',
      endsAt: '2035-01-01T22:00:00Z',
      timeZone: 'Europe/Paris',
      currency: 'EUR',
      status: 'on_sale',
      saleStartsAt: null,
      saleEndsAt: null,
      limitPerBuyer,
      ticketTypes: [{ name: 'standard', priceMinor: 2_500, total }],
    },
  );

const items = (quantity: number) => [{ ticketType: 'standard', quantity }];
const serials = (...numbers: number[]): SerialRange[] => [{ ticketType: 'standard', serials: numbers }];

const holdOrder = (eventId: string, quantity: number, changes: Partial<HoldOrder> = {}): HoldOrder => ({
  holdId: randomUUID(),
  fingerprint: 'f',
  userId: 'ann',
  eventId,
  items: items(quantity),
  durationMs: 60_000,
  requestId: 'request',
  ...changes,
});

interface Buying {
  readonly order: PurchaseOrder;
  readonly claim: ClaimedPurchase;
}

/** A purchase of these tickets, which may name a hold, with its claim. */
async function buying(hold: Pick<Hold, 'eventId' | 'wanted'> & { readonly holdId?: string }): Promise<Buying> {
  const order: PurchaseOrder = {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: 'ann',
    eventId: hold.eventId,
    items: hold.wanted,
    paymentMethod: 'pm_approve',
    requestId: 'request',
    ...(hold.holdId !== undefined && { holdId: hold.holdId }),
  };
  const [claim] = await claimPurchases(pool, [order], { workflowId: `purchase/${order.purchaseId}`, runId: '1' });
  if (claim?.kind !== 'mine') throw new Error(claim?.kind);
  return { order, claim };
}

const requestOf = ({ order, claim }: Buying) => reservationOf(order, claim);
const reserve = async (one: Buying) => (await reserving.reserve([requestOf(one)]))[0];
const DECLINED = { kind: 'declined', reason: 'no_money' } as const;
const decideToUndo = ({ claim }: Buying) =>
  undoing.decideToUndo({ ...claim, outcome: DECLINED, authorisationId: null });
const giveCapacityBack = ({ order, claim }: Buying) => undoing.giveCapacityBack({ ...claim, eventId: order.eventId });

async function undo(one: Buying): Promise<void> {
  await decideToUndo(one);
  await giveCapacityBack(one);
  await undoing.concludeUndoing(one.claim);
}

const statusOf = async (holdId: string) => (await findHold(pool, holdId))?.status;

const heldInRedis = async (eventId: string) => {
  const snapshot = await inventory.snapshot(eventId);
  return Object.fromEntries((snapshot?.holds ?? []).map((hold) => [hold.purchaseId, hold.items]));
};
const buyersOf = async (eventId: string) => Object.fromEntries((await inventory.snapshot(eventId))?.buyers ?? []);

async function wipe(eventId: string): Promise<void> {
  await redis.del(`event:${eventId}`, ...(await redis.keys(`{event:${eventId}}:*`)));
}

describe('expiry before use', () => {
  it('committed, but not yet in Redis: the purchase buys those very tickets, and the late release leaves them alone', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2, { durationMs: 0 }));
    await endHold(pool, hold.holdId, 'expired');
    const one = await buying(hold);
    // All tickets of the event are still held in Redis for the hold that is over.
    expect(await reserve(one)).toMatchObject({ kind: 'reserved', items: serials(1, 2) });
    expect((await holding.endHold(hold.holdId, 'expired')).hold.status).toBe('expired');
    expect(await heldInRedis(eventId)).toEqual({ [one.order.purchaseId]: serials(1, 2) });
  });

  it('leaves no room: the purchase is refused and told that its hold had lapsed', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2, { durationMs: 0 }));
    await holding.endHold(hold.holdId, 'expired');
    await holding.takeHold(holdOrder(eventId, 2, { userId: 'ben' }));
    expect(await reserve(await buying(hold))).toEqual({
      kind: 'refused',
      refusal: { reason: 'sold_out', ticketType: 'standard', holdLapsed: true },
    });
  });
});

describe('use before expiry', () => {
  it('committed, but not yet in Redis: the timer takes nothing away, and the step that is repeated gets the tickets', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2, { durationMs: 0 }));
    const one = await buying(hold);
    expect((await holding.endHold(hold.holdId, 'expired')).hold.status).toBe('in_use');
    expect(await heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
    expect(await reserve(one)).toMatchObject({ kind: 'reserved', items: serials(1, 2), fromHold: true });
    expect(await reserve(one)).toMatchObject({ kind: 'reserved', items: serials(1, 2), fromHold: true });
    expect(await heldInRedis(eventId)).toEqual({ [one.order.purchaseId]: serials(1, 2) });
  });
});

describe('a purchase that ends without tickets', () => {
  it.each([
    ['before it took them over', false],
    ['after it took them over', true],
  ])('%s returns them to its hold, once, and the next purchase buys those very tickets', async (_, tookOver) => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2));
    const before = { held: await heldInRedis(eventId), buyers: await buyersOf(eventId) };
    const one = await buying(hold);
    if (tookOver) await reserve(one);
    await decideToUndo(one);
    for (let i = 0; i < 2; i++) await giveCapacityBack(one);
    expect({ held: await heldInRedis(eventId), buyers: await buyersOf(eventId) }).toEqual(before);
    // Its own step that is late gets nothing.
    expect(await reserve(one)).toEqual({ kind: 'superseded' });
    await undoing.concludeUndoing(one.claim);
    expect(await findHold(pool, hold.holdId)).toEqual(hold);
    expect(told).toContainEqual([hold.holdId, one.order.purchaseId]);
    const next = await buying(hold);
    expect(await reserve(next)).toMatchObject({ kind: 'reserved', items: serials(1, 2), fromHold: true });
    // A try of the one before that is late takes them from nobody.
    await giveCapacityBack(one);
    expect(await heldInRedis(eventId)).toEqual({ [next.order.purchaseId]: serials(1, 2) });
  });

  it('after the time of its hold frees the tickets at once', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2, { durationMs: 0 }));
    const one = await buying(hold);
    await reserve(one);
    await undo(one);
    expect(await statusOf(hold.holdId)).toBe('expired');
    expect(await heldInRedis(eventId)).toEqual({});
    expect(await buyersOf(eventId)).toEqual({});
    expect(await holding.takeHold(holdOrder(eventId, 2, { userId: 'ben' }))).toMatchObject({ items: serials(1, 2) });
  });

  it.each(['expired', 'released'] as const)(
    'and whose hold is %s between its return in PostgreSQL and that in Redis holds nothing in the end',
    async (as) => {
      const { id: eventId } = await openedEvent(2);
      const hold = await holding.takeHold(holdOrder(eventId, 2, { durationMs: as === 'expired' ? 0 : 60_000 }));
      const one = await buying(hold);
      await reserve(one);
      await decideToUndo(one);
      await voidTickets(pool, one.claim);
      expect((await holding.endHold(hold.holdId, as)).hold.status).toBe(as);
      expect(await heldInRedis(eventId)).toEqual({ [one.order.purchaseId]: serials(1, 2) });
      await giveCapacityBack(one);
      expect(await statusOf(hold.holdId)).toBe(as);
      expect(await heldInRedis(eventId)).toEqual({});
    },
  );

  it.each([
    ['a wiped Redis', (eventId: string) => wipe(eventId)],
    [
      'a change of generation',
      async (eventId: string) => {
        const seen = Number.MAX_SAFE_INTEGER;
        await restoreInventory({ pool, inventory }, { eventId, seen, cause: 'test' });
      },
    ],
  ])(
    'and %s between the return in PostgreSQL and that in Redis leaves the tickets with the hold',
    async (_, befall) => {
      const { id: eventId } = await openedEvent(2);
      const hold = await holding.takeHold(holdOrder(eventId, 2));
      for (const at of ['decided', 'returned'] as const) {
        const one = await buying(hold);
        await reserve(one);
        await decideToUndo(one);
        if (at === 'returned') await voidTickets(pool, one.claim);
        await befall(eventId);
        expect(await holding.takeHold(holdOrder(eventId, 1, { userId: 'ben' }))).toMatchObject({
          refusal: { reason: 'sold_out' },
        });
        expect(await heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
        await giveCapacityBack(one);
        await undoing.concludeUndoing(one.claim);
        expect(await heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
        expect(await buyersOf(eventId)).toEqual({ ann: 2 });
        expect(await findHold(pool, hold.holdId)).toEqual(hold);
      }
      expect(await reserve(await buying(hold))).toMatchObject({ items: serials(1, 2), fromHold: true });
    },
  );

  it('with pending tickets returns them, whatever befalls Redis while they stand', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2));
    const one = await buying(hold);
    await reserve(one);
    const tickets = { ...one.claim, authorisationId: 'a', items: serials(1, 2) };
    expect(await persistTickets(pool, [tickets])).toEqual(['persisted']);
    await decideToUndo(one);
    await wipe(eventId);
    await giveCapacityBack(one);
    await undoing.concludeUndoing(one.claim);
    expect(await heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
    expect(await statusOf(hold.holdId)).toBe('active');
  });

  it('is at no moment seen without its tickets by others, in Redis', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2));
    let isOver = false;
    const free: number[] = [];
    const watching = (async () => {
      while (!isOver) {
        const look = await inventory.look(eventId);
        if (look.kind === 'counted') free.push(look.event.capacity);
      }
    })();
    for (let i = 0; i < 20; i++) {
      const one = await buying(hold);
      await reserve(one);
      await undo(one);
    }
    isOver = true;
    await watching;
    expect(free.length).toBeGreaterThan(20);
    expect(new Set(free)).toEqual(new Set([0]));
  });

  it('and whose hold Redis had lost before promises it no longer', async () => {
    const { id: eventId } = await openedEvent(10);
    const hold = await holding.takeHold(holdOrder(eventId, 2));
    const one = await buying(hold);
    await inventory.release(eventId, 1, [{ purchaseId: hold.holdId, epoch: HOLD_EPOCH }]);
    expect(await holding.takeHold(holdOrder(eventId, 1, { userId: 'ben' }))).toMatchObject({ items: serials(1) });
    expect(await reserve(one)).toMatchObject({ kind: 'reserved', items: serials(2, 3) });
    await undo(one);
    expect(await statusOf(hold.holdId)).toBe('released');
    expect(Object.values(await heldInRedis(eventId))).toEqual([serials(1)]);
  });
});

describe('an event that is closed', () => {
  it('for a moment refuses the purchase, and its hold has the tickets for the next one', async () => {
    const { id: eventId } = await openedEvent(2);
    const hold = await holding.takeHold(holdOrder(eventId, 2));
    await alterEvent({ pool, inventory }, eventId, { status: 'closed' });
    const one = await buying(hold);
    expect(await reserve(one)).toEqual({ kind: 'refused', refusal: { reason: 'not_on_sale' } });
    await undo(one);
    expect(await heldInRedis(eventId)).toEqual({ [hold.holdId]: serials(1, 2) });
    await alterEvent({ pool, inventory }, eventId, { status: 'on_sale' });
    expect(await reserve(await buying(hold))).toMatchObject({ items: serials(1, 2), fromHold: true });
  });
});

describe('taking a hold', () => {
  it('again after a try that died between the stores takes the same tickets once', async () => {
    const { id: eventId } = await openedEvent(5);
    const order = holdOrder(eventId, 2);
    await inventory.reserve(eventId, 1, [
      { purchaseId: order.holdId, epoch: HOLD_EPOCH, userId: 'ann', items: items(2) },
    ]);
    const [first, again] = [await holding.takeHold(order), await holding.takeHold(order)];
    expect(first).toMatchObject({ status: 'active', items: serials(1, 2) });
    expect(again).toEqual(first);
    expect(await heldInRedis(eventId)).toEqual({ [order.holdId]: serials(1, 2) });
  });

  it('by a try that comes after its release takes nothing', async () => {
    const { id: eventId } = await openedEvent(5);
    const order = holdOrder(eventId, 2);
    await holding.takeHold(order);
    await holding.endHold(order.holdId, 'released');
    expect((await holding.takeHold(order)).status).toBe('released');
    const late = await inventory.reserve(eventId, 1, [
      { purchaseId: order.holdId, epoch: HOLD_EPOCH, userId: 'ann', items: items(2) },
    ]);
    expect(late).toEqual({ kind: 'done', outcomes: [{ kind: 'tombstoned' }] });
    expect(await heldInRedis(eventId)).toEqual({});
  });

  it('of an unknown event or too much is refused, with a row that says so', async () => {
    const { id: eventId } = await openedEvent(1);
    const unknown = await holding.takeHold(holdOrder('999', 1));
    const tooMuch = await holding.takeHold(holdOrder(eventId, 2));
    expect([unknown.refusal, tooMuch.refusal]).toMatchObject([
      { reason: 'unknown_event' },
      { reason: 'not_enough_left', available: 1 },
    ]);
    expect(await findHold(pool, tooMuch.holdId)).toEqual(tooMuch);
  });

  it('that Redis allows and PostgreSQL does not is refused, and nothing stays held', async () => {
    const { id: eventId } = await openedEvent(10, 3);
    // Redis knows nothing of this one.
    const order = { ...holdOrder(eventId, 2), generation: 1, serials: serials(9, 10), ownerWorkflowId: 'hold' };
    await recordHold(pool, order);
    const refused = await holding.takeHold(holdOrder(eventId, 2));
    expect(refused).toMatchObject({ status: 'refused', refusal: { reason: 'over_buyer_limit', limit: 3, held: 2 } });
    expect(await heldInRedis(eventId)).toEqual({});
  });
});

describe('a lost Redis', () => {
  it('brings back holds and counts as they were, those of a purchase under way too', async () => {
    const { id: eventId } = await openedEvent(10);
    const [kept, used] = [holdOrder(eventId, 2), holdOrder(eventId, 3)];
    await holding.takeHold(kept);
    const one = await buying(await holding.takeHold(used));
    await reserve(one);
    const other = await holding.takeHold(holdOrder(eventId, 1, { userId: 'ben' }));
    const before = { held: await heldInRedis(eventId), buyers: await buyersOf(eventId) };
    await wipe(eventId);
    expect(await reserve(one)).toMatchObject({ kind: 'reserved', generation: 2, items: serials(3, 4, 5) });
    expect({ held: await heldInRedis(eventId), buyers: await buyersOf(eventId) }).toEqual(before);
    expect(before.buyers).toEqual({ ann: 5, ben: 1 });
    expect(await heldInRedis(eventId)).toMatchObject({ [other.holdId]: serials(6) });
  });

  it('and a hold whose ticket is another’s: its purchase buys other tickets', async () => {
    const { id: eventId } = await openedEvent(10);
    const hold = await holding.takeHold(holdOrder(eventId, 2));
    const foreign = await buying({ eventId, wanted: items(1) });
    const ticket = { ...foreign.claim, generation: 1, authorisationId: 'a', items: serials(2) };
    expect(await persistTickets(pool, [ticket])).toEqual(['persisted']);
    await wipe(eventId);
    expect(await reserve(await buying(hold))).toEqual({ kind: 'reserved', generation: 2, items: serials(1, 3) });
  });
});
