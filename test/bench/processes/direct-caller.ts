import { randomUUID } from 'node:crypto';
import type { PurchaseOrder } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { createPublisher } from '@box-office/messaging';
import { createStripePayments, simulatorSettings } from '@box-office/payments';
import { createLogger, createPool, createRedis, redisReady } from '@box-office/platform';
import { createActivities } from '@box-office/workflows/activities';
import type { DirectJob, DirectResult } from '../baselines/jobs.js';
import { createDirectSteps, type Serials } from '../baselines/direct-steps.js';
import { batchInto } from '../baselines/batching.js';
import { closedLoop } from '../load/closed-loop.js';
import { createTallyRecorder } from '../load/purchase-tally.js';
import { serveJobs } from './serve.js';

/** The worker's default. */
const POOL_SIZE = 10;
/** Concurrent batches: enough to keep all stores busy. */
const CONCURRENT_BATCHES = 4;
const logger = createLogger({ service: 'direct-caller', level: 'warn' });

serveJobs<DirectJob, DirectResult>(async (job) => {
  const { steps, close } = await connect(job);
  const tallyRecorder = createTallyRecorder();
  const settling = new Set<Promise<void>>();
  let failure: unknown;

  /** Sells, and settles the sale concurrently with the next one, as after an answer; one at a time for each caller. */
  function createSeller(): (orders: readonly PurchaseOrder[]) => Promise<Serials[]> {
    let previous: Promise<void> = Promise.resolve();
    return async (orders) => {
      const serials = await steps.sell(orders);
      await previous;
      const current = steps
        .settle(orders.map((order) => order.purchaseId))
        .catch((error: unknown) => void (failure ??= error))
        .finally(() => settling.delete(current));
      settling.add(current);
      previous = current;
      return serials;
    };
  }

  const sellers = Array.from({ length: job.maxPerCall > 1 ? CONCURRENT_BATCHES : job.concurrency }, createSeller);
  const sellOne =
    job.maxPerCall > 1
      ? batchInto(sellers, job.maxPerCall)
      : async (order: PurchaseOrder, slot: number) => (await sellers[slot]?.([order]))?.[0] ?? [];
  try {
    const { all } = await closedLoop({
      ...job,
      async attempt(slot) {
        const serials = await sellOne(orderFor(job.eventId), slot);
        if (failure !== undefined) throw failure as Error;
        tallyRecorder.recordPurchase(job.eventId, serials);
        return { counts: true };
      },
    });
    await Promise.all(settling);
    return { measured: all, tally: tallyRecorder.tally() };
  } finally {
    await close();
  }
});

/** Builds the dependencies of the activities as the worker's `main.ts` does. No process subscribes to outcomes here. */
async function connect(servers: DirectJob) {
  const pool = createPool({ url: servers.databaseUrl, applicationName: 'direct', max: POOL_SIZE, logger });
  const redis = createRedis({ url: servers.redisUrl, name: 'direct', logger });
  await redisReady(redis, 10_000);
  const publisher = createPublisher({ url: servers.amqpUrl, logger });
  const payments = createStripePayments(simulatorSettings(servers.paymentUrl));
  const activities = createActivities({
    pool,
    inventory: createInventory(redis),
    payments,
    publisher,
    notify: () => undefined,
    notifyHold: () => undefined,
    notifyPurchase: () => undefined,
    logger,
    // Without effect here: no payment is slow, and no event is cancelled.
    paymentSoftDeadlineMs: 500,
    authenticationTimeoutMs: 600_000,
    eventCancellationsPerS: 10,
  });
  return {
    steps: createDirectSteps(activities),
    async close() {
      payments.close();
      await publisher.close();
      redis.disconnect();
      await pool.end();
    },
  };
}

function orderFor(eventId: string): PurchaseOrder {
  const purchaseId = randomUUID();
  return {
    purchaseId,
    fingerprint: purchaseId,
    userId: randomUUID(),
    eventId,
    items: [{ ticketType: 'standard', quantity: 1 }],
    paymentMethod: 'pm_approve',
    requestId: purchaseId,
  };
}
