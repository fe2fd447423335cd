import type pg from 'pg';

/** The lag of the audit consumer. Times in ms. */
export interface Lag {
  /** From the confirmation of a sale to the transaction that applies it to `events.capacity`, publishing included. */
  readonly confirmedToAppliedP50Ms: number;
  readonly confirmedToAppliedP99Ms: number;
  readonly confirmedToAppliedMaxMs: number;
  /**
   * From publishing to commit, from the consumer's histogram: the upper edge of the bucket with the 99th percentile.
   */
  readonly publishedToCommittedP99AtMostMs: number;
}

/** Counts of the consumers' histogram by upper edge in seconds, cumulative. */
export type LagBuckets = ReadonlyMap<number, number>;

export async function readLagBuckets(consumerUrls: readonly string[]): Promise<LagBuckets> {
  const buckets = new Map<number, number>();
  for (const url of consumerUrls) {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
    const lines = (await response.text()).matchAll(/^message_lag_seconds_bucket\{([^}]*)\} (\S+)$/gm);
    for (const [, labels = '', count] of lines) {
      const edge = /le="([^"]+)"/.exec(labels)?.[1];
      const edgeS = edge === '+Inf' ? Infinity : Number(edge);
      buckets.set(edgeS, (buckets.get(edgeS) ?? 0) + Number(count));
    }
  }
  return buckets;
}

/** The upper edge, in ms, of the bucket that contains the percentile `share` of the values between two readings. */
function percentileEdgeMs(before: LagBuckets, after: LagBuckets, share: number): number {
  const between = [...after].map(([edgeS, count]) => [edgeS, count - (before.get(edgeS) ?? 0)] as const);
  between.sort(([a], [b]) => a - b);
  const wanted = (between.at(-1)?.[1] ?? 0) * share;
  const edgeS = between.find(([, count]) => count >= wanted)?.[0] ?? 0;
  return edgeS * 1_000;
}

/** @param before the consumers' histogram before the sales of these events */
export async function readLag(
  pool: pg.Pool,
  eventIds: readonly string[],
  consumerUrls: readonly string[],
  before: LagBuckets,
): Promise<Lag> {
  const { rows } = await pool.query<{ edges: number[] | null }>(
    `select percentile_cont(array[0.5, 0.99, 1]) within group (
              order by extract(epoch from applied_at - occurred_at)::float8 * 1000) as edges
       from capacity_ledger where event_id = any($1)`,
    [eventIds],
  );
  const [p50 = 0, p99 = 0, max = 0] = rows[0]?.edges ?? [];
  return {
    confirmedToAppliedP50Ms: p50,
    confirmedToAppliedP99Ms: p99,
    confirmedToAppliedMaxMs: max,
    publishedToCommittedP99AtMostMs: percentileEdgeMs(before, await readLagBuckets(consumerUrls), 0.99),
  };
}
