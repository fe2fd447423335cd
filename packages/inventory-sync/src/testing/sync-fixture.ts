import { randomUUID } from 'node:crypto';
import type { PurchaseOrder, SerialRange } from '@box-office/contract';
import {
  claimPurchases,
  createEvent,
  finalisePurchases,
  findPurchases,
  persistTickets,
  readGeneration,
  type PersistOutcome,
  type PurchaseRow,
} from '@box-office/database';
import { freshDatabase, gala, separateEventIds } from '@box-office/database/testing';
import { createInventory, type Inventory, type InventorySnapshot } from '@box-office/inventory';
import { createLogger, createPool, createRedis, redisReady } from '@box-office/platform';
import type pg from 'pg';
import type { inject } from 'vitest';
import { publishDetails } from '../publish-details.js';
import type { InventorySyncDeps } from '../rebuild-from-database.js';

const logger = createLogger({ service: 'inventory-sync-test', level: 'silent' });
const NAME = 'inventory-sync-test';

/** A purchase that has reserved its serials in Redis, and nothing more. */
interface Reserved {
  readonly purchaseId: string;
  readonly userId: string;
  readonly eventId: string;
  readonly epoch: number;
  readonly generation: number;
  readonly items: readonly SerialRange[];
}

/** A database of its own, and the shared Redis. */
export interface SyncFixture {
  readonly deps: InventorySyncDeps;
  readonly pool: pg.Pool;
  readonly redis: ReturnType<typeof createRedis>;
  readonly inventory: Inventory;
  /** A second process: connections of its own to the same stores. */
  otherProcess(): InventorySyncDeps;
  /** An event whose inventory is built. */
  openedEvent(total: number): Promise<string>;
  /** The claim and the reservation of a purchase. */
  reserve(eventId: string, quantity: number): Promise<Reserved>;
  /** Its tickets become pending. */
  persist(purchase: Reserved): Promise<PersistOutcome | undefined>;
  /** Its tickets become pending, then valid. */
  confirm(purchase: Reserved): Promise<PurchaseRow>;
  find(purchaseId: string): Promise<PurchaseRow>;
  generationOf(eventId: string): Promise<number>;
  snapshot(eventId: string): Promise<InventorySnapshot>;
  /** Redis loses all keys of the event. */
  wipe(eventId: string): Promise<void>;
  close(): Promise<void>;
}

export async function openSyncFixture(stack: ReturnType<typeof inject<'stack'>>): Promise<SyncFixture> {
  const database = await freshDatabase(stack);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  const redis = createRedis({ url: stack.redisUrl, name: NAME, logger });
  await redisReady(redis, 10_000);
  const inventory = createInventory(redis);
  const pools: pg.Pool[] = [];
  const openPool = (): pg.Pool => {
    const pool = createPool({ url: database.databaseUrl, applicationName: NAME, max: 5, logger });
    pools.push(pool);
    return pool;
  };
  const pool = openPool();
  const deps = { pool, inventory };

  async function find(purchaseId: string): Promise<PurchaseRow> {
    const [row] = await findPurchases(pool, [purchaseId]);
    if (!row) throw new Error(`purchase ${purchaseId} has no row`);
    return row;
  }

  async function generationOf(eventId: string): Promise<number> {
    const generation = await readGeneration(pool, eventId);
    if (generation === null) throw new Error(`there is no event ${eventId}`);
    return generation;
  }

  async function persist({ purchaseId, epoch, generation, items }: Reserved): Promise<PersistOutcome | undefined> {
    const [outcome] = await persistTickets(pool, [
      { purchaseId, epoch, generation, items, authorisationId: 'authorisation' },
    ]);
    return outcome;
  }

  return {
    deps,
    pool,
    redis,
    inventory,
    find,
    generationOf,
    persist,
    otherProcess: () => ({ pool: openPool(), inventory: createInventory(redis) }),
    async openedEvent(total) {
      const event = await createEvent(pool, gala({ ticketTypes: [{ name: 'standard', priceMinor: 2_500, total }] }));
      await publishDetails(deps, event);
      return event.id;
    },
    async reserve(eventId, quantity) {
      const order = orderOf(eventId, quantity);
      const { purchaseId, userId } = order;
      const [claim] = await claimPurchases(pool, [order], { workflowId: `purchase/${purchaseId}`, runId: '1' });
      if (claim?.kind !== 'mine') throw new Error(claim?.kind);
      const { epoch } = claim;
      const generation = await generationOf(eventId);
      const reply = await inventory.reserve(eventId, generation, [{ purchaseId, epoch, userId, items: order.items }]);
      const [outcome] = reply.kind === 'done' ? reply.outcomes : [];
      if (outcome?.kind !== 'reserved') throw new Error(JSON.stringify(reply));
      return { purchaseId, userId, eventId, epoch, generation, items: outcome.items };
    },
    async confirm(purchase) {
      await persist(purchase);
      const [finalised] = await finalisePurchases(pool, [purchase]);
      if (finalised?.kind !== 'confirmed') throw new Error(finalised?.kind);
      return find(purchase.purchaseId);
    },
    async snapshot(eventId) {
      const snapshot = await inventory.snapshot(eventId);
      if (!snapshot) throw new Error(`event ${eventId} has no inventory`);
      return snapshot;
    },
    async wipe(eventId) {
      const keys = await redis.keys(`{event:${eventId}}:*`);
      await redis.del(`event:${eventId}`, ...keys);
    },
    async close() {
      redis.disconnect();
      for (const open of pools) await open.end();
      await database.drop();
    },
  };
}

const orderOf = (eventId: string, quantity: number): PurchaseOrder => {
  // Test files share one Redis, where a buyer's read model is that of the highest version that any of them wrote.
  const userId = `ann_${randomUUID()}`;
  return {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId,
    eventId,
    requestId: 'request',
    items: [{ ticketType: 'standard', quantity }],
    paymentMethod: 'pm_approve',
  };
};
