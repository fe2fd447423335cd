import type { PurchaseRow } from '@box-office/database';
import type { Database } from '../database.js';

/** Finds the purchases that exist among these ids, in any order, in one round trip. */
export type FindPurchases = Database['findPurchases'];

const MAX_BATCH = 500;
/** One query at a time makes the largest batches. A second one starts only if the first takes as long as this. */
const SECOND_QUERY_AFTER_MS = 20;
const MAX_QUERIES = 2;
/** Above this PostgreSQL is overloaded; waiting longer would not help. */
const MAX_WAITING = 10_000;

/** Finds one purchase by its id; concurrent calls share queries. Rejects when PostgreSQL is unavailable or overloaded. */
export type LookUpPurchase = (purchaseId: string) => Promise<PurchaseRow | undefined>;

/** More look-ups wait than PostgreSQL can serve in reasonable time. */
class LookUpOverloadError extends Error {
  override readonly name = 'LookUpOverloadError';
  /** Read as SQLSTATE class 53, insufficient resources. */
  readonly code = '53000';
}

interface Waiting {
  readonly resolve: (row: PurchaseRow | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Batches the look-ups of concurrent requests into few queries: those of one turn of the event loop share a query, and
 * look-ups that come during a query wait for the next. For a sold-out event every request needs one.
 */
export function createPurchaseLookUp(findPurchases: FindPurchases): LookUpPurchase {
  let waiting = new Map<string, Waiting[]>();
  let queries = 0;
  let scheduled = false;
  let lastBegunMs = 0;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (scheduled || queries >= MAX_QUERIES || waiting.size === 0) return;
    const waitMs = queries === 0 ? 0 : lastBegunMs + SECOND_QUERY_AFTER_MS - performance.now();
    if (waitMs > 0) {
      timer ??= setTimeout(() => {
        timer = undefined;
        schedule();
      }, waitMs);
      return;
    }
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void runOne();
      schedule();
    });
  }

  async function runOne(): Promise<void> {
    const batch = takeBatch();
    queries++;
    lastBegunMs = performance.now();
    try {
      const rows = await findPurchases([...batch.keys()]);
      const found = new Map(rows.map((row) => [row.purchaseId, row]));
      for (const [id, callers] of batch) for (const one of callers) one.resolve(found.get(id));
    } catch (error) {
      for (const callers of batch.values()) for (const one of callers) one.reject(error);
    } finally {
      queries--;
      schedule();
    }
  }

  function takeBatch(): Map<string, Waiting[]> {
    if (waiting.size <= MAX_BATCH) {
      const all = waiting;
      waiting = new Map();
      return all;
    }
    const batch = new Map<string, Waiting[]>();
    for (const [id, callers] of waiting) {
      if (batch.size === MAX_BATCH) break;
      batch.set(id, callers);
      waiting.delete(id);
    }
    return batch;
  }

  return (purchaseId) =>
    new Promise((resolve, reject) => {
      const sharing = waiting.get(purchaseId);
      if (sharing !== undefined) {
        sharing.push({ resolve, reject });
        return;
      }
      if (waiting.size >= MAX_WAITING) {
        reject(new LookUpOverloadError('too many look-ups wait for PostgreSQL'));
        return;
      }
      waiting.set(purchaseId, [{ resolve, reject }]);
      schedule();
    });
}
