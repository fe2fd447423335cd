import { setTimeout as sleep } from 'node:timers/promises';
import { readLagBuckets, readLag } from '../bench/measuring/lag.js';
import type { Ground } from './ground.js';
import { messagesOfSale } from './messages.js';

const SLICE_MS = 20;

/** How far the consumer was behind sales that came at a steady rate. Times in ms. */
export interface SteadyLag {
  readonly perSecond: number;
  readonly seconds: number;
  readonly capacity: Percentiles;
  readonly audit: Percentiles;
  /** From publishing to the acknowledgement after the commit, both queues; the edge of the consumer's own histogram. */
  readonly acknowledgedP99AtMostMs: number;
}

interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Tells of so many sales per second, each with a message on both queues, whether or not the consumer keeps up: the next
 * ones do not wait for it.
 */
export async function measureSteadyLag(
  ground: Ground,
  o: { readonly perSecond: number; readonly seconds: number },
): Promise<SteadyLag> {
  const total = o.perSecond * o.seconds;
  const eventId = await ground.createEvent(total);
  const before = await readLagBuckets([ground.consumer.url]);
  const publishing: Promise<void>[] = [];
  const startedAt = performance.now();
  let sales = 0;
  while (sales < total) {
    const elapsedMs = performance.now() - startedAt;
    const due = Math.min(total, Math.floor((elapsedMs * o.perSecond) / 1_000)) - sales;
    const messages = Array.from({ length: due }, () => messagesOfSale(eventId)).flat();
    if (messages.length > 0) publishing.push(ground.publisher.publish(messages));
    sales += due;
    await sleep(SLICE_MS);
  }
  await Promise.all(publishing);
  await ground.rest();
  const capacity = await readLag(ground.pool, [eventId], [ground.consumer.url], before);
  return {
    ...{ perSecond: o.perSecond, seconds: o.seconds },
    capacity: {
      p50Ms: capacity.confirmedToAppliedP50Ms,
      p99Ms: capacity.confirmedToAppliedP99Ms,
      maxMs: capacity.confirmedToAppliedMaxMs,
    },
    audit: await auditLag(ground, eventId),
    acknowledgedP99AtMostMs: capacity.publishedToCommittedP99AtMostMs,
  };
}

async function auditLag({ pool }: Ground, eventId: string): Promise<Percentiles> {
  const { rows } = await pool.query<{ edges: number[] | null }>(
    `select percentile_cont(array[0.5, 0.99, 1]) within group (
              order by extract(epoch from recorded_at - occurred_at)::float8 * 1000) as edges
       from audit_logs where event_id = $1 and kind = 'purchase'`,
    [eventId],
  );
  const [p50Ms = 0, p99Ms = 0, maxMs = 0] = rows[0]?.edges ?? [];
  return { p50Ms, p99Ms, maxMs };
}
