import { randomUUID } from 'node:crypto';
import type { CancellationRequest, PurchaseOrder } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import type pg from 'pg';
import type { NewEvent } from '../../events/create.js';
import { builtGeneration } from '../../inventory/testing/built-generation.js';
import { claimPurchases, type ClaimedPurchase } from '../../purchases/claim.js';
import { finalisePurchases } from '../../purchases/finalise.js';
import { persistTickets } from '../../purchases/persist.js';
import { openTestDatabase } from '../../testing.js';

/** One event in a database of its own, with purchases in any state that a test needs. */
export interface EventFixture {
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly eventId: string;
  claimed(quantity?: number): Promise<ClaimedPurchase>;
  persisted(quantity?: number): Promise<ClaimedPurchase>;
  confirmed(quantity?: number): Promise<ClaimedPurchase>;
  /** A cancellation request of the buyer, in time by default. */
  cancellationRequest(purchaseId: string, o?: Partial<CancellationRequest>): CancellationRequest;
  order(quantity?: number): PurchaseOrder;
  close(): Promise<void>;
}

export const PRICE_MINOR = 2_500;
const OWNER = { workflowId: 'purchase', runId: 'run' };

export async function openEventFixture(
  stack: Parameters<typeof openTestDatabase>[0],
  changes: Partial<NewEvent> = {},
): Promise<EventFixture> {
  const database = await openTestDatabase(stack);
  const { pool } = database;
  const eventId = await database.createEvent({
    cancellableUntil: '2034-12-01T00:00:00Z',
    limitPerBuyer: 1_000,
    ticketTypes: [{ name: 'standard', priceMinor: PRICE_MINOR, total: 10_000 }],
    ...changes,
  });
  await builtGeneration(pool, eventId);
  let serial = 0;

  const order = (quantity = 1): PurchaseOrder => ({
    purchaseId: randomUUID(),
    fingerprint: 'fingerprint',
    userId: `buyer ${randomUUID()}`,
    eventId,
    items: [{ ticketType: 'standard', quantity }],
    paymentMethod: 'pm_approve',
    requestId: 'request',
  });

  const fixture: EventFixture = {
    pool,
    databaseUrl: database.databaseUrl,
    eventId,
    order,
    async claimed(quantity = 1) {
      const [claim] = await claimPurchases(pool, [order(quantity)], OWNER);
      if (claim?.kind !== 'mine') throw new Error(claim?.kind);
      return claim;
    },
    async persisted(quantity = 1) {
      const claim = await fixture.claimed(quantity);
      const serials = Array.from({ length: quantity }, () => (serial += 1));
      const [outcome] = await persistTickets(pool, [
        {
          purchaseId: claim.purchaseId,
          epoch: claim.epoch,
          generation: claim.generation,
          authorisationId: `authorisation of ${claim.purchaseId}`,
          items: [{ ticketType: 'standard', serials }],
        },
      ]);
      if (outcome !== 'persisted') throw new Error(JSON.stringify(outcome));
      return claim;
    },
    async confirmed(quantity = 1) {
      const claim = await fixture.persisted(quantity);
      const [result] = await finalisePurchases(pool, [claim]);
      if (result?.kind !== 'confirmed') throw new Error(result?.kind);
      return claim;
    },
    cancellationRequest: (purchaseId, o = {}) => ({
      cancellationId: cancellationIdOf(purchaseId, o.tickets ?? null),
      purchaseId,
      tickets: null,
      eventId,
      userId: 'buyer',
      requestedBy: 'buyer',
      byOperator: false,
      reason: 'cannot come',
      requestId: 'cancel request',
      requestedAt: '2034-11-30T23:59:59Z',
      ...o,
    }),
    close: () => database.close(),
  };
  return fixture;
}
