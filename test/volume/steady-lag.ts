import { setTimeout as sleep } from 'node:timers/promises';
import { readLagBuckets, readLag } from '../bench/measuring/lag.js';
import type { VolumeHarness } from './volume-harness.js';
import { messagesOfSale } from './messages.js';

const PUBLISH_INTERVAL_MS = 20;

/** The consumer's lag behind sales at a steady rate. Times in ms. */
export interface SteadyLag {
  readonly perSecond: number;
  readonly seconds: number;
  readonly capacity: Percentiles;
  readonly audit: Percentiles;
  /**
   * From publishing to the acknowledgement after the commit, for both queues; the bucket edge of the consumer's
   * histogram.
   */
  readonly acknowledgedP99AtMostMs: number;
}

interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Publishes messages of so many sales per second, each with a message on both queues, whether or not the consumer keeps
 * up.
 */
export async function measureSteadyLag(
  harness: VolumeHarness,
  o: { readonly perSecond: number; readonly seconds: number },
): Promise<SteadyLag> {
  const total = o.perSecond * o.seconds;
  const eventId = await harness.createEvent(total);
  const before = await readLagBuckets([harness.consumer.url]);
  const publishing: Promise<void>[] = [];
  const startedAt = performance.now();
  let sales = 0;
  while (sales < total) {
    const elapsedMs = performance.now() - startedAt;
    const due = Math.min(total, Math.floor((elapsedMs * o.perSecond) / 1_000)) - sales;
    const messages = Array.from({ length: due }, () => messagesOfSale(eventId)).flat();
    if (messages.length > 0) publishing.push(harness.publisher.publish(messages));
    sales += due;
    await sleep(PUBLISH_INTERVAL_MS);
  }
  await Promise.all(publishing);
  await harness.waitUntilQuiescent();
  const capacity = await readLag(harness.pool, [eventId], [harness.consumer.url], before);
  return {
    perSecond: o.perSecond,
    seconds: o.seconds,
    capacity: {
      p50Ms: capacity.confirmedToAppliedP50Ms,
      p99Ms: capacity.confirmedToAppliedP99Ms,
      maxMs: capacity.confirmedToAppliedMaxMs,
    },
    audit: await auditLag(harness, eventId),
    acknowledgedP99AtMostMs: capacity.publishedToCommittedP99AtMostMs,
  };
}

async function auditLag({ pool }: VolumeHarness, eventId: string): Promise<Percentiles> {
  const { rows } = await pool.query<{ edges: number[] | null }>(
    `select percentile_cont(array[0.5, 0.99, 1]) within group (
              order by extract(epoch from recorded_at - occurred_at)::float8 * 1000) as edges
       from audit_logs where event_id = $1 and kind = 'purchase'`,
    [eventId],
  );
  const [p50Ms = 0, p99Ms = 0, maxMs = 0] = rows[0]?.edges ?? [];
  return { p50Ms, p99Ms, maxMs };
}
