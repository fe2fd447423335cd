import { randomUUID } from 'node:crypto';
import { createInventory, type Inventory } from '@box-office/inventory';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import type { LuaJob, LuaResult } from '../baselines/jobs.js';
import { closedLoop } from '../load/closed-loop.js';
import { serveJobs } from './serve.js';

const RELEASE_BATCH = 50;
const logger = createLogger({ service: 'lua-caller', level: 'warn' });

/** Reservations only: one call of the script for each purchase. */
serveJobs<LuaJob, LuaResult>(async (job) => {
  const redis = createRedis({ url: job.redisUrl, name: 'lua-caller', logger });
  await redisReady(redis, 10_000);
  const inventory = createInventory(redis);
  const reserved: string[] = [];
  const serials = new Set<number>();
  try {
    const { all } = await closedLoop({
      ...job,
      async attempt() {
        const purchaseId = randomUUID();
        const request = { purchaseId, epoch: 1, userId: purchaseId, items: [{ ticketType: 'standard', quantity: 1 }] };
        const reply = await inventory.reserve(job.eventId, job.generation, [request]);
        const [outcome] = reply.kind === 'done' ? reply.outcomes : [];
        if (outcome?.kind !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(reply)}`);
        reserved.push(purchaseId);
        for (const { serials: taken } of outcome.items) for (const serial of taken) serials.add(serial);
        return { counts: true };
      },
    });
    await releaseAll(inventory, job, reserved);
    return { measured: all, reserved: reserved.length, distinctSerials: serials.size };
  } finally {
    redis.disconnect();
  }
});

async function releaseAll(inventory: Inventory, job: LuaJob, purchaseIds: readonly string[]): Promise<void> {
  for (let from = 0; from < purchaseIds.length; from += RELEASE_BATCH) {
    const some = purchaseIds.slice(from, from + RELEASE_BATCH).map((purchaseId) => ({ purchaseId, epoch: 1 }));
    const reply = await inventory.release(job.eventId, job.generation, some);
    if (reply.kind !== 'done') throw new Error(`not released: ${JSON.stringify(reply)}`);
  }
}
