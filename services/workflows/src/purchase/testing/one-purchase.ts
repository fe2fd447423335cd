import { randomUUID } from 'node:crypto';
import type { CancellationRequest, PurchaseOrder } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { createInventory } from '@box-office/inventory';
import { createPublisher } from '@box-office/messaging';
import { createStripePayments, simulatorSettings, type PaymentPort } from '@box-office/payments';
import { createLogger, createPool, createRedis, redisReady } from '@box-office/platform';
import { claimCancellation, createEvent, findPurchases } from '@box-office/database';
import { freshDatabase, gala, separateEventIds } from '@box-office/database/testing';
import { findWrongReadModels, publishDetails } from '@box-office/inventory-sync';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { expect } from 'vitest';
import { createActivities, type BoxOfficeActivities } from '../../activities.js';
import { refundOf } from '../../cancellation/cancellation-steps.js';
import { inActivity } from './stepwise-run.js';

const PRICE_MINOR = 2_500;
/** What each event has. */
export const TICKETS = 10;
/** Short, so that a provider that never answers is soon taken for one. */
const PAYMENT_TIMEOUT_MS = 3_000;
const SOFT_DEADLINE_MS = 300;

/** The real stores and the payment simulator, with the activities over them and no workflow engine. */
export interface Workbench {
  readonly activities: BoxOfficeActivities;
  /** The same, with a soft deadline for payments that is as late as it may be configured. */
  readonly patient: BoxOfficeActivities;
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly payments: PaymentPort;
  /** A purchase of two tickets of a new event, not claimed yet. */
  order(method: string): Promise<PurchaseOrder>;
  /** Asks for the purchase to be cancelled, as a buyer does while it is under way. */
  cancel(order: PurchaseOrder): Promise<void>;
  /** Cancels a purchase that has its tickets, until others can buy them. */
  cancelSold(order: PurchaseOrder): Promise<void>;
  /** The purchase is over, and PostgreSQL, Redis and the payment provider agree about it. */
  expectQuiescent(order: PurchaseOrder): Promise<void>;
  close(): Promise<void>;
}

export async function openWorkbench(
  stack: Parameters<typeof freshDatabase>[0] & { redisUrl: string; amqpUrl: string; paymentUrl: string },
): Promise<Workbench> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const database = await freshDatabase(stack);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  const pool = createPool({ url: database.databaseUrl, applicationName: 'saga test', max: 8, logger });
  const redis = createRedis({ url: stack.redisUrl, name: 'saga test', logger });
  await redisReady(redis, 5_000);
  const [inventory, publisher] = [createInventory(redis), createPublisher({ url: stack.amqpUrl, logger })];
  const payments = createStripePayments({ ...simulatorSettings(stack.paymentUrl), timeoutMs: PAYMENT_TIMEOUT_MS });
  const deps = {
    pool,
    inventory,
    payments,
    publisher,
    logger,
    notify: () => undefined,
    notifyHold: () => undefined,
    notifyPurchase: () => undefined,
    paymentSoftDeadlineMs: SOFT_DEADLINE_MS,
    authenticationTimeoutMs: 600_000,
    eventCancellationsPerS: 10,
  };
  const activities = createActivities(deps);

  async function moneyKept(purchaseId: string): Promise<{ kept: number; captures: number; aside: number }> {
    const since = new Date(Date.now() - 60_000);
    const [entry] = await payments.readPurchases([{ purchaseId, authorisationIds: [], since }]);
    const authorisations = entry?.authorisations ?? [];
    return {
      kept: authorisations.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0),
      captures: authorisations.filter(({ capturedMinor }) => capturedMinor > 0).length,
      aside: authorisations.filter(({ state }) => state === 'authorised').length,
    };
  }

  return {
    activities,
    pool,
    redis,
    payments,
    patient: createActivities({ ...deps, paymentSoftDeadlineMs: PAYMENT_TIMEOUT_MS }),
    async order(method) {
      const event = await createEvent(pool, EVENT);
      await publishDetails({ pool, inventory }, event);
      const eventId = event.id;
      // Test files share one Redis, and a buyer's read model there is of the highest version that any of them wrote.
      const userId = `ann_${randomUUID()}`;
      return {
        purchaseId: randomUUID(),
        fingerprint: 'f',
        userId,
        eventId,
        requestId: 'request',
        items: [{ ticketType: 'standard', quantity: 2 }],
        paymentMethod: method,
      };
    },
    async cancel(order) {
      await claimCancellation(pool, cancellationOf(order));
    },
    async cancelSold(order) {
      await inActivity(order, 'cancellation', async () => {
        const [claim] = await activities.claimCancellations([cancellationOf(order)]);
        if (claim?.kind !== 'claimed') throw new Error(`the cancellation is ${claim?.kind}`);
        const { cancellation } = claim;
        await activities.completeCancellations([await activities.refund(refundOf(cancellation))]);
        await activities.returnTickets([cancellation.cancellationId]);
      });
    },
    async expectQuiescent({ purchaseId, eventId, items }) {
      const [row] = await findPurchases(pool, [purchaseId]);
      expect(row?.outcome).not.toBeNull();
      const isSold = row?.outcome?.kind === 'confirmed';
      const count = items.reduce((sum, { quantity }) => sum + quantity, 0);
      const { rows: tickets } = await pool.query<{ status: string; serial: number }>(
        `select status, serial from event_tickets where purchase_id = $1 and status <> 'void' order by serial`,
        [purchaseId],
      );
      expect(tickets.map(({ status }) => status)).toEqual(Array.from({ length: isSold ? count : 0 }, () => 'valid'));
      const { kept, captures, aside } = await moneyKept(purchaseId);
      expect({ kept, aside }).toEqual({ kept: tickets.length * PRICE_MINOR, aside: 0 });
      expect(captures).toBeLessThanOrEqual(1);
      // What Redis loses after the purchase is over is rebuilt by the next request for the event.
      if (!(await inventory.snapshot(eventId))) {
        const sql = 'select generation::int as seen from event_inventory where event_id = $1';
        const [{ seen } = { seen: 0 }] = (await pool.query<{ seen: number }>(sql, [eventId])).rows;
        await activities.rebuildInventories([{ eventId, seen }]);
      }
      const snapshot = await inventory.snapshot(eventId);
      const soldInAll = snapshot?.sales.flatMap((sale) => sale.items.flatMap(({ serials }) => serials)).length;
      expect(snapshot?.reservations).toEqual([]);
      expect(snapshot?.ticketTypes).toMatchObject([{ held: 0, sold: soldInAll }]);
      const sales = snapshot?.sales.filter((sale) => sale.purchaseId === purchaseId) ?? [];
      // Versions alone order their writers: none may leave a version behind that the last state cannot pass.
      await expect.poll(() => findWrongReadModels({ pool, inventory }, [purchaseId])).toMatchObject({ wrong: [] });
      expect(sales.map((sale) => sale.items)).toEqual(
        isSold ? [[{ ticketType: 'standard', serials: tickets.map(({ serial }) => serial) }]] : [],
      );
    },
    async close() {
      payments.close();
      await publisher.close();
      redis.disconnect();
      await pool.end();
      await database.drop();
    },
  };
}

function cancellationOf({ purchaseId, userId, eventId }: PurchaseOrder): CancellationRequest {
  return {
    cancellationId: cancellationIdOf(purchaseId, null),
    purchaseId,
    eventId,
    userId,
    tickets: null,
    requestedBy: userId,
    byOperator: false,
    reason: 'cannot come',
    requestId: 'cancel',
    requestedAt: new Date().toISOString(),
  };
}

const EVENT = gala({ ticketTypes: [{ name: 'standard', priceMinor: PRICE_MINOR, total: TICKETS }] });
