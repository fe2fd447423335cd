import type { Call } from './calls.js';
import { compareStores, type Excuses } from './compare.js';
import { checkStanding } from './invariants/standing.js';
import { lookOnce } from './looks.js';
import { readInventories } from './reading/redis.js';
import { readPayments } from './reading/payments.js';
import { readQueues } from './reading/queues.js';
import { readRecord } from './reading/postgres.js';
import type { Stores } from './reading/stores.js';
import { waitForRest, type Rest, type RestOptions } from './rest.js';
import type { Violation } from './violation.js';

export interface CheckOptions extends RestOptions, Excuses {
  readonly redisUrl: string;
  readonly paymentUrl: string;
}

/** What the checker found; `restedAtMs` is when the system came to rest (epoch ms). `unknown` means that it could not finish the reading, and counts as a failure. */
export type Verdict =
  | { readonly kind: 'holds'; readonly restedAtMs: number; readonly stores: Stores; readonly notes: readonly string[] }
  | {
      readonly kind: 'violated';
      readonly restedAtMs: number;
      readonly stores: Stores;
      readonly notes: readonly string[];
      readonly violations: readonly Violation[];
    }
  | { readonly kind: 'unknown'; readonly causes: readonly string[] };

/** Readings that something moved in are repeated so often. */
const MOST_READINGS = 5;

/**
 * Waits for rest, reads every store, and proves each invariant for each event, and each recorded answer against the
 * stores. It never repairs anything.
 */
export async function checkStores(o: CheckOptions, calls: readonly Call[]): Promise<Verdict> {
  let restedAtMs: number | undefined;
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    const sinceMs = Date.now();
    const rest = await waitForRest(o);
    if (!rest.rested) return withoutRest(o, sinceMs, rest);
    restedAtMs ??= rest.atMs;
    let stores: Stores;
    try {
      stores = await readStores(o);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return { kind: 'unknown', causes: [`the stores cannot be read: ${cause}`] };
    }
    // A hold may have lapsed, or reconciliation begun, between one store and the next.
    const after = await lookOnce(o);
    if (after.moving.length > 0 || after.marks !== rest.marks) continue;
    const { violations, notes } = compareStores(stores, calls, o);
    const found = { restedAtMs, stores, notes };
    return violations.length === 0 ? { kind: 'holds', ...found } : { kind: 'violated', ...found, violations };
  }
  return { kind: 'unknown', causes: ['something moved during each reading of the stores'] };
}

/** Nothing else is certain without rest; but that something stands still is why there is none. */
async function withoutRest(o: CheckOptions, sinceMs: number, { atMs, moving }: Rest): Promise<Verdict> {
  const causes = moving.map((what) => `not at rest: ${what}`);
  try {
    const violations = await checkStanding(o.databaseUrl, sinceMs);
    if (violations.length === 0) return { kind: 'unknown', causes };
    return { kind: 'violated', restedAtMs: atMs, stores: await readStores(o), notes: causes, violations };
  } catch {
    return { kind: 'unknown', causes };
  }
}

async function readStores(o: CheckOptions): Promise<Stores> {
  const record = await readRecord(o.databaseUrl);
  const [inventories, payments, queues] = await Promise.all([
    readInventories(
      o.redisUrl,
      record.events.map(({ eventId }) => eventId),
    ),
    readPayments(o.paymentUrl),
    readQueues(o.amqpUrl, o.queuePrefix ?? ''),
  ]);
  return { ...record, inventories, payments, queues };
}
