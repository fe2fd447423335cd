import { listEventPurchases } from '@box-office/records';
import { findWrongReadModels, rewriteReadModels } from '@box-office/restoration';
import type { ReconciliationDeps } from '../deps.js';

const PAGE = 200;

/**
 * Looks at the read models of all of an event's purchases and of their buyers, page by page, and writes those anew that
 * do not tell what the record says. What changes meanwhile is written by whoever changes it.
 */
export async function rewriteAll(
  deps: Pick<ReconciliationDeps, 'pool' | 'inventory'>,
  eventId: string,
): Promise<{ readonly looked: number; readonly rewritten: number }> {
  let [looked, rewritten] = [0, 0];
  for (let after: string | null = null; ;) {
    const { ids, next } = await listEventPurchases(deps.pool, { eventId, changedSince: null, after, limit: PAGE });
    const found = await findWrongReadModels(deps, ids);
    await rewriteReadModels(deps, found.wrong);
    looked += found.looked;
    rewritten += found.wrong.length;
    if (next === null) return { looked, rewritten };
    after = next;
  }
}
