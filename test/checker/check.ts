import type { Call } from './calls.js';
import { compareStores, type ToleratedLosses } from './compare.js';
import { checkStalled } from './invariants/stalled.js';
import { checkProgress } from './progress-check.js';
import { readInventories } from './reading/redis.js';
import { readPayments } from './reading/payments.js';
import { readQueues } from './reading/queues.js';
import { readDatabase } from './reading/postgres.js';
import type { Stores } from './reading/stores.js';
import { waitForQuiescence, type Quiescence, type QuiescenceOptions } from './quiescence.js';
import type { Violation } from './violation.js';

export interface CheckOptions extends QuiescenceOptions, ToleratedLosses {
  readonly redisUrl: string;
  readonly paymentUrl: string;
}

/**
 * What the checker found. `quiescentAtMs` (epoch ms) is when the system became quiescent. `unknown` means that the
 * check could not finish, and counts as a failure.
 */
export type Verdict =
  | {
      readonly kind: 'holds';
      readonly quiescentAtMs: number;
      readonly stores: Stores;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'violated';
      readonly quiescentAtMs: number;
      readonly stores: Stores;
      readonly notes: readonly string[];
      readonly violations: readonly Violation[];
    }
  | { readonly kind: 'unknown'; readonly causes: readonly string[] };

/** Attempts to read all stores with no change in between. */
const MAX_READINGS = 5;

/**
 * Waits until the system is quiescent, reads every store, proves each invariant for each event, and compares each
 * recorded answer with the stores. Repairs nothing.
 */
export async function checkStores(o: CheckOptions, calls: readonly Call[]): Promise<Verdict> {
  let quiescentAtMs: number | undefined;
  for (let reading = 1; reading <= MAX_READINGS; reading++) {
    const sinceMs = Date.now();
    const quiescence = await waitForQuiescence(o);
    if (!quiescence.isQuiescent) return verdictOfStalled(o, sinceMs, quiescence);
    quiescentAtMs ??= quiescence.atMs;
    let stores: Stores;
    try {
      stores = await readStores(o);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return { kind: 'unknown', causes: [`the stores cannot be read: ${cause}`] };
    }
    // A hold may have expired, or a reconciliation run started, between the reads of two stores.
    const after = await checkProgress(o);
    if (after.inProgress.length > 0 || after.watermark !== quiescence.watermark) continue;
    const { violations, notes } = compareStores(stores, calls, o);
    const found = { quiescentAtMs, stores, notes };
    return violations.length === 0 ? { kind: 'holds', ...found } : { kind: 'violated', ...found, violations };
  }
  return { kind: 'unknown', causes: ['the stores changed during each reading'] };
}

/** The only violation that can be proved before the system is quiescent: a purchase or cancellation is stalled. */
async function verdictOfStalled(o: CheckOptions, sinceMs: number, { atMs, inProgress }: Quiescence): Promise<Verdict> {
  const causes = inProgress.map((what) => `not quiescent: ${what}`);
  try {
    const violations = await checkStalled(o.databaseUrl, sinceMs);
    if (violations.length === 0) return { kind: 'unknown', causes };
    return { kind: 'violated', quiescentAtMs: atMs, stores: await readStores(o), notes: causes, violations };
  } catch {
    return { kind: 'unknown', causes };
  }
}

async function readStores(o: CheckOptions): Promise<Stores> {
  const database = await readDatabase(o.databaseUrl);
  const [inventories, payments, queues] = await Promise.all([
    readInventories(
      o.redisUrl,
      database.events.map(({ eventId }) => eventId),
    ),
    readPayments(o.paymentUrl),
    readQueues(o.amqpUrl, o.queuePrefix ?? ''),
  ]);
  return { ...database, inventories, payments, queues };
}
