import { isPastRedis } from '@box-office/contract';
import { findEvent, listEvents, readEventRecord, readGeneration, recomputeCapacity } from '@box-office/database';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { rebuildInventory } from '../reconciliation/repairing/rebuild-inventory.js';
import { rewriteReadModelsOfEvent } from '../reconciliation/repairing/rewrite-read-models.js';

const EVENTS_PER_PAGE = 50;

/** The steps of the `rebuild` workflow. Purchases continue meanwhile. Each step may be repeated. */
export function createRebuildActivities(deps: ReconciliationDeps) {
  const { pool } = deps;

  return {
    /** Ids of the next events, in the order of their creation; empty at the end. */
    async listEventsToRebuild(after: string | null): Promise<string[]> {
      const page = after === null ? { limit: EVENTS_PER_PAGE } : { after, limit: EVENTS_PER_PAGE };
      return (await listEvents(pool, page)).events.map(({ id }) => id);
    },

    /**
     * Rebuilds an event's inventory in Redis from PostgreSQL, under the next generation. False if the event does not
     * exist. `expired`: it ended so long ago that Redis keeps nothing of it. `contradicted`: its tickets contradict each
     * other.
     */
    async rebuildInventory(eventId: string, requestedBy: string): Promise<boolean | 'expired' | 'contradicted'> {
      const [seen, event] = [await readGeneration(pool, eventId), await findEvent(pool, eventId)];
      if (seen === null || event === null) return false;
      if (isPastRedis(event)) return 'expired';
      const cause = `rebuild requested by ${requestedBy}`;
      const generation = await rebuildInventory(deps, { eventId, seen, cause });
      return generation === 'contradicted' ? generation : generation !== null;
    },

    /** Rewrites the read models of the event's transactions and buyers that differ from PostgreSQL. */
    rewriteReadModels: (eventId: string): Promise<{ readonly checked: number; readonly rewritten: number }> =>
      rewriteReadModelsOfEvent(deps, eventId),

    /** Sets `events.capacity` to the sum of the event's ledger. True if it had another value. */
    recomputeCapacity: async (eventId: string): Promise<boolean> => (await recomputeCapacity(pool, eventId)) !== null,

    /** Counts the discrepancies between the ledger, the audit log and the tickets of an event. */
    async countLedgerDifferences(eventId: string): Promise<number> {
      const record = await readEventRecord(pool, { eventId, complete: false });
      if (!record) return 0;
      const totals = record.details.ticketTypes.reduce((sum, { total }) => sum + total, 0);
      const wrong = record.wrongLines.filter(({ purchaseId }) => !record.underWay.has(purchaseId));
      return wrong.length + (record.totalByLedger === totals ? 0 : 1);
    },
  };
}
