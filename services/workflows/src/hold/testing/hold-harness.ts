import { randomUUID } from 'node:crypto';
import type { EventDetails, Hold, HoldOrder, PurchaseOrder, SerialRange } from '@box-office/contract';
import { createInventory, type Inventory } from '@box-office/inventory';
import { createLogger, createPool, createRedis, redisReady } from '@box-office/platform';
import { claimPurchases, createEvent, type ClaimedPurchase } from '@box-office/database';
import { freshDatabase, gala, separateEventIds } from '@box-office/database/testing';
import { publishDetails } from '@box-office/inventory-sync';
import type pg from 'pg';
import type { inject } from 'vitest';
import { reservationOf } from '../../purchase/activity-inputs.js';
import { createHoldActivities } from '../activities.js';
import { createReserveActivities, type Reservation } from '../../purchase/activities/reserve.js';
import { createUndoActivities } from '../../purchase/activities/undo.js';

export const items = (quantity: number) => [{ ticketType: 'standard', quantity }];
export const serials = (...numbers: number[]): SerialRange[] => [{ ticketType: 'standard', serials: numbers }];

/** A purchase with its claim. */
interface Buying {
  readonly order: PurchaseOrder;
  readonly claim: ClaimedPurchase;
}

/** PostgreSQL and Redis with the activities of holds over them, and no workflow. */
export interface HoldHarness {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
  readonly holding: ReturnType<typeof createHoldActivities>;
  readonly undoing: ReturnType<typeof createUndoActivities>;
  /** Which holds were told of which purchases. */
  readonly told: readonly (readonly [holdId: string, purchaseId: string])[];
  openedEvent(total: number, limitPerBuyer?: number): Promise<EventDetails>;
  /** Takes a hold by buyer `ann`, for a minute unless told otherwise. */
  take(eventId: string, quantity: number, changes?: Partial<HoldOrder>): Promise<Hold>;
  /** Claims a purchase of these tickets by `ann`, which may name a hold. */
  buying(hold: Pick<Hold, 'eventId' | 'wanted'> & { readonly holdId?: string }): Promise<Buying>;
  reserve(one: Buying): Promise<Reservation | undefined>;
  reserveAll(list: readonly Buying[]): Promise<readonly (Reservation | undefined)[]>;
  /** The steps of undoing a purchase, one by one and all of them. */
  decideToUndo(one: Buying): Promise<unknown>;
  releaseCapacity(one: Buying): Promise<void>;
  undo(one: Buying): Promise<void>;
  /** Serials by purchase or hold. */
  heldInRedis(eventId: string): Promise<Record<string, readonly SerialRange[]>>;
  buyersOf(eventId: string): Promise<Record<string, number>>;
  /** Takes from Redis all that it knows of the event. */
  wipe(eventId: string): Promise<void>;
  close(): Promise<void>;
}

export const holdOrder = (eventId: string, quantity: number, changes: Partial<HoldOrder> = {}): HoldOrder => ({
  holdId: randomUUID(),
  fingerprint: 'f',
  userId: 'ann',
  eventId,
  items: items(quantity),
  durationMs: 60_000,
  requestId: 'request',
  ...changes,
});

const DECLINED = { kind: 'declined', reason: 'no_money' } as const;

export async function openHoldHarness(stack: ReturnType<typeof inject<'stack'>>): Promise<HoldHarness> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const database = await freshDatabase(stack);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  const pool = createPool({ url: database.databaseUrl, applicationName: 'holds test', max: 5, logger });
  const redis = createRedis({ url: stack.redisUrl, name: 'holds test', logger });
  await redisReady(redis, 5_000);
  const inventory = createInventory(redis);
  const told: [string, string][] = [];
  const holding = createHoldActivities({ pool, inventory });
  const reserving = createReserveActivities({ pool, inventory, logger });
  const notifyHold = (...by: [string, string]): void => void told.push(by);
  const undoing = createUndoActivities({ pool, inventory, notify: () => undefined, notifyHold, logger });

  const reserveAll: HoldHarness['reserveAll'] = (list) =>
    reserving.reserve(list.map(reservationOf), undefined, new AbortController().signal);
  const decideToUndo: HoldHarness['decideToUndo'] = ({ claim }) =>
    undoing.decideToUndo({ ...claim, outcome: DECLINED, authorisationId: null });
  const releaseCapacity: HoldHarness['releaseCapacity'] = ({ order, claim }) =>
    undoing.releaseCapacity({ ...claim, eventId: order.eventId });
  return {
    pool,
    inventory,
    holding,
    undoing,
    told,
    decideToUndo,
    releaseCapacity,
    async openedEvent(total, limitPerBuyer = 10) {
      const ticketTypes = [{ name: 'standard', priceMinor: 2_500, total }];
      const event = await createEvent(pool, gala({ limitPerBuyer, ticketTypes }));
      await publishDetails({ pool, inventory }, event);
      return event;
    },
    take: (eventId, quantity, changes) => holding.takeHold(holdOrder(eventId, quantity, changes)),
    async buying({ eventId, wanted, holdId }) {
      const order: PurchaseOrder = {
        purchaseId: randomUUID(),
        fingerprint: 'f',
        userId: 'ann',
        eventId,
        items: wanted,
        paymentMethod: 'pm_approve',
        requestId: 'request',
        ...(holdId !== undefined && { holdId }),
      };
      const [claim] = await claimPurchases(pool, [order], { workflowId: `purchase/${order.purchaseId}`, runId: '1' });
      if (claim?.kind !== 'mine') throw new Error(claim?.kind);
      return { order, claim };
    },
    reserve: async (one) => (await reserveAll([one]))[0],
    reserveAll,
    async undo(one) {
      await decideToUndo(one);
      await releaseCapacity(one);
      await undoing.concludeUndoing(one.claim);
    },
    async heldInRedis(eventId) {
      const snapshot = await inventory.snapshot(eventId);
      return Object.fromEntries((snapshot?.reservations ?? []).map(({ purchaseId, items }) => [purchaseId, items]));
    },
    buyersOf: async (eventId) => Object.fromEntries((await inventory.snapshot(eventId))?.buyers ?? []),
    async wipe(eventId) {
      await redis.del(`event:${eventId}`, ...(await redis.keys(`{event:${eventId}}:*`)));
    },
    async close() {
      redis.disconnect();
      await pool.end();
      await database.drop();
    },
  };
}
