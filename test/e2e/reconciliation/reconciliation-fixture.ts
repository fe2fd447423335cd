import { randomUUID } from 'node:crypto';
import { REDIS_MEMORY_KEY, REDIS_REBUILD_WORKFLOW } from '@box-office/contract';
import { WorkflowNotFoundError } from '@temporalio/client';
import { expect } from 'vitest';
import { newBuyer, startTestSystem, type TestSystem } from '../../support/test-system.js';
import { until } from '../../support/until.js';
import { openStoreAccess, type StoreAccess } from './store-access.js';
import { findings, lastingFindings, summariesOf, startBuyerLoad, reconcile } from './reconciliation-runs.js';

export const PRICE_MINOR = 2_500;
/** Shorter than in production, so that tests need not wait. */
const RECHECK_DELAY_MS = '1000';

/** A confirmed purchase of two tickets. */
export interface Sold {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly userId: string;
}

/** A running test system, with helpers that plant differences and check what reconciliation does about them. */
export interface ReconciliationFixture {
  readonly system: TestSystem;
  readonly stores: StoreAccess;
  /** Creates an event with a second ticket type, `others`, for buyers who must not touch what is planted. */
  createEvent(): Promise<string>;
  /** Sells two tickets of type `standard` and waits until the ledger and audit lines are written. */
  sold(eventId: string): Promise<Sold>;
  /** Makes a purchase that is declined, and returns its id. */
  declined(eventId: string): Promise<string>;
  /** Authorises or charges a purchase behind the system's back. Returns the authorisation id. */
  charge(purchaseId: string, o: { readonly capture: boolean; readonly amountMinor?: number }): Promise<string>;
  plantUnderLoad<T>(o: PlantedDifference<T>): Promise<void>;
  /** Runs reconciliation again and expects the same findings as before. */
  expectNothingNew(eventId: string): Promise<void>;
  /** The counts of the event's first ticket type in Redis. */
  countsOf(eventId: string): Promise<{ held: number; sold: number; available: number }>;
  /** Waits until Redis and PostgreSQL agree on the sold tickets, nothing is held, and the capacity is right. */
  expectAgreement(eventId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A difference that is planted at an event while other buyers buy other tickets there. The first reconciliation run
 * must find it and nothing else, the second must find nothing. (Buyers of the same tickets might repair it earlier.)
 */
interface PlantedDifference<T> {
  readonly plant: (sale: Sold) => Promise<T>;
  readonly finds: readonly string[];
  /** Assertions while the buyers still buy. */
  readonly after?: (sale: Sold, planted: T) => Promise<void>;
}

/** A new Redis is rebuilt once. A rebuild that still runs would repair what a test plants before reconciliation sees it. */
const waitForInitialRebuild = (system: TestSystem, { temporal }: StoreAccess): Promise<void> =>
  until(async () => {
    expect(await system.redis.exists(REDIS_MEMORY_KEY)).toBe(1);
    const rebuild = temporal.workflow.getHandle(REDIS_REBUILD_WORKFLOW).describe();
    const status = await rebuild.then(
      (found) => found.status.name,
      (error: unknown) => (error instanceof WorkflowNotFoundError ? 'never started' : Promise.reject(error as Error)),
    );
    expect(status).not.toBe('RUNNING');
  }, 30_000);

/** Starts the fixture of one test file. */
export async function openReconciliationFixture(
  o: { readonly gateways?: number; readonly auditConsumers?: number; readonly env?: Record<string, string> } = {},
): Promise<ReconciliationFixture> {
  const counts = { api: o.gateways ?? 1, worker: 1, auditConsumer: o.auditConsumers ?? 1 };
  const env = { RECONCILIATION_RECHECK_DELAY_MS: RECHECK_DELAY_MS, PURCHASE_WAIT_MS: '30000', ...o.env };
  const system = await startTestSystem(counts, env);
  const stores = await openStoreAccess(system);
  await waitForInitialRebuild(system, stores);
  return {
    system,
    stores,
    createEvent: () => createEvent(system),
    sold: (eventId) => sold(system, eventId),
    declined: (eventId) => declined(system, eventId),
    charge: (purchaseId, charge) => chargePurchase(stores, purchaseId, charge),
    plantUnderLoad: (difference) => plantUnderLoad(system, difference),
    expectNothingNew: (eventId) => expectNothingNew(system, eventId),
    countsOf: (eventId) => countsOf(stores, eventId),
    expectAgreement: (eventId) => expectAgreement(system, stores, eventId),
    async close() {
      await stores.close();
      await system.close();
    },
  };
}

async function createEvent(system: TestSystem): Promise<string> {
  const ticketTypes = [
    { name: 'standard', priceMinor: PRICE_MINOR, total: 2_000 },
    { name: 'others', priceMinor: 500, total: 2_000 },
  ];
  return (await system.createEvent({ ticketTypes })).id;
}

async function sold(system: TestSystem, eventId: string): Promise<Sold> {
  const userId = newBuyer();
  const { status, body } = await system.buy({ eventId, quantity: 2 }, { as: userId });
  expect(status).toBe(201);
  const { purchaseId, transactionId } = body;
  await until(async () => {
    const { rows } = await system.pool.query<{ lines: number }>(
      `select (select count(*) from capacity_ledger where purchase_id = $1)::int
            + (select count(*) from audit_logs where purchase_id = $1)::int as lines`,
      [purchaseId],
    );
    expect(rows[0]?.lines).toBe(2);
  }, 30_000);
  return { eventId, purchaseId, transactionId, userId };
}

async function declined(system: TestSystem, eventId: string): Promise<string> {
  await system.buy({ eventId, quantity: 1, payment: { method: 'pm_decline_no_money' } });
  // On a busy machine the answer may have been 202.
  return until(async () => {
    const { rows } = await system.pool.query<{ id: string }>(
      `select id from event_ticket_transactions where event_id = $1 and status = 'declined'`,
      [eventId],
    );
    const [purchase] = rows;
    if (!purchase) throw new Error('no purchase is declined yet');
    return purchase.id;
  }, 30_000);
}

async function chargePurchase(
  stores: StoreAccess,
  purchaseId: string,
  { capture, amountMinor = 700 }: { readonly capture: boolean; readonly amountMinor?: number },
): Promise<string> {
  const request = { amountMinor, currency: 'EUR', method: 'pm_approve', purchaseId };
  const paid = await stores.payments.authorise({ key: `planted:${randomUUID()}`, ...request });
  if (paid.kind !== 'authorised') throw new Error(paid.kind);
  const { authorisationId } = paid;
  if (capture) await stores.payments.capture({ key: `planted:${randomUUID()}`, authorisationId });
  return authorisationId;
}

async function plantUnderLoad<T>(system: TestSystem, { plant, finds, after }: PlantedDifference<T>): Promise<void> {
  const eventId = await createEvent(system);
  const sale = await sold(system, eventId);
  const load = startBuyerLoad(system, eventId, { ticketType: 'others' });
  try {
    const planted = await plant(sale);
    await until(async () => {
      await reconcile(system, eventId);
      expect(summariesOf(await findings(system, { eventId }))).toEqual(finds);
    }, 60_000);
    await after?.(sale, planted);
    await expectNothingNew(system, eventId);
  } finally {
    expect(await load.stop()).toBeGreaterThan(0);
  }
}

async function expectNothingNew(system: TestSystem, eventId: string): Promise<void> {
  const openFindings = async () =>
    (await lastingFindings(system, { eventId })).map(({ findingId, kind, subject, status, action }) =>
      [findingId, kind, subject, status, action].join(' '),
    );
  const before = await openFindings();
  await reconcile(system, eventId);
  expect(await openFindings()).toEqual(before);
}

async function countsOf(
  stores: StoreAccess,
  eventId: string,
): Promise<{ held: number; sold: number; available: number }> {
  const counts = await stores.inventory.readAvailability(eventId);
  const [type] = counts.kind === 'counted' ? counts.event.ticketTypes : [];
  if (!type) throw new Error('the inventory is not usable');
  return type;
}

async function expectAgreement(system: TestSystem, stores: StoreAccess, eventId: string): Promise<void> {
  await until(async () => {
    const { rows } = await system.pool.query<{ valid: number; capacity: number; total: number }>(
      `select (select count(*) from event_tickets where event_id = $1 and status = 'valid')::int as valid,
              (select sum(total) from event_ticket_types where event_id = $1)::int as total, capacity
         from events where id = $1`,
      [eventId],
    );
    const [event] = rows;
    const counts = await stores.inventory.readAvailability(eventId);
    const types = counts.kind === 'counted' ? counts.event.ticketTypes : [];
    const sum = (of: 'held' | 'sold'): number => types.reduce((total, type) => total + type[of], 0);
    expect([counts.kind, sum('held'), sum('sold')]).toEqual(['counted', 0, event?.valid]);
    expect(event?.capacity).toBe((event?.total ?? 0) - (event?.valid ?? 0));
  }, 30_000);
}
