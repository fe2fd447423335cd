import { listEventPurchases } from '@box-office/database';
import { findWrongReadModels, rewriteReadModels } from '@box-office/inventory-sync';
import type { ReconciliationDeps } from '../deps.js';

const PURCHASES_PER_PAGE = 200;

/**
 * Checks the read models of all of an event's purchases and of their buyers, page by page, and rewrites those that
 * differ from PostgreSQL. A purchase that changes meanwhile writes its own read models.
 */
export async function rewriteReadModelsOfEvent(
  deps: Pick<ReconciliationDeps, 'pool' | 'inventory'>,
  eventId: string,
): Promise<{ readonly checked: number; readonly rewritten: number }> {
  let [checked, rewritten] = [0, 0];
  for (let after: string | null = null; ;) {
    const page = { eventId, changedSince: null, after, limit: PURCHASES_PER_PAGE };
    const { ids, next } = await listEventPurchases(deps.pool, page);
    const found = await findWrongReadModels(deps, ids);
    await rewriteReadModels(deps, found.wrong);
    checked += found.checked;
    rewritten += found.wrong.length;
    if (next === null) return { checked, rewritten };
    after = next;
  }
}
