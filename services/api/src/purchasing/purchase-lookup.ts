import type { PurchaseRow } from '@box-office/records';
import type { FindPurchases } from '../ports.js';

const MAX_BATCH = 500;
/** One query at a time makes the largest batches. Another goes beside it only if it takes as long as this. */
const PATIENCE_MS = 20;
const MAX_QUERIES = 2;
/** Beyond this the database is far behind; waiting longer helps nobody. */
const MAX_WAITING = 10_000;

/** Finds one purchase by its id; concurrent calls share queries. Rejects when PostgreSQL is away or far behind. */
export type LookUpPurchase = (purchaseId: string) => Promise<PurchaseRow | undefined>;

/** More look-ups wait for PostgreSQL than it can serve in reasonable time. */
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
 * Gathers the look-ups of concurrent requests into few queries: those of one turn of the event loop go together, and
 * while a query is under way the rest gather. A sold-out event asks this of every request.
 */
export function createPurchaseLookUp(findPurchases: FindPurchases): LookUpPurchase {
  let waiting = new Map<string, Waiting[]>();
  let queries = 0;
  let scheduled = false;
  let lastBegunMs = 0;
  let patience: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (scheduled || queries >= MAX_QUERIES || waiting.size === 0) return;
    const stillPatientMs = queries === 0 ? 0 : lastBegunMs + PATIENCE_MS - performance.now();
    if (stillPatientMs > 0) {
      patience ??= setTimeout(() => {
        patience = undefined;
        schedule();
      }, stillPatientMs);
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
      for (const [id, asked] of batch) for (const one of asked) one.resolve(found.get(id));
    } catch (error) {
      for (const asked of batch.values()) for (const one of asked) one.reject(error);
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
    for (const [id, asked] of waiting) {
      if (batch.size === MAX_BATCH) break;
      batch.set(id, asked);
      waiting.delete(id);
    }
    return batch;
  }

  return (purchaseId) =>
    new Promise((resolve, reject) => {
      const asked = waiting.get(purchaseId);
      if (asked !== undefined) {
        asked.push({ resolve, reject });
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
