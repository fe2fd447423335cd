import { listEvents, readEventRecord, readGeneration, recomputeCapacity } from '@box-office/records';
import { restoreInventory } from '@box-office/restoration';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { rewriteAll } from '../reconciliation/repairing/rewriting.js';

const EVENTS_PER_PAGE = 50;

/** The steps of a rebuild of what is derived from the record. Purchases go on meanwhile; each step may be repeated. */
export function createRebuilding(deps: ReconciliationDeps) {
  const { pool } = deps;

  return {
    /** Ids of the next events, in the order of their creation; none at the end. */
    async eventsToRebuild(after: string | null): Promise<string[]> {
      const page = after === null ? { limit: EVENTS_PER_PAGE } : { after, limit: EVENTS_PER_PAGE };
      return (await listEvents(pool, page)).events.map(({ id }) => id);
    },

    /** Builds an event's inventory in Redis from PostgreSQL, under the next generation. False if there is no such event. */
    async rebuildInventory(eventId: string, requestedBy: string): Promise<boolean> {
      const seen = await readGeneration(pool, eventId);
      if (seen === null) return false;
      return (await restoreInventory(deps, { eventId, seen, cause: `rebuild, asked for by ${requestedBy}` })) !== null;
    },

    /** Writes the read models of the event's transactions and buyers anew that are not as PostgreSQL says. */
    rewriteReadModels: (eventId: string): Promise<{ readonly looked: number; readonly rewritten: number }> =>
      rewriteAll(deps, eventId),

    /** Sets the event's capacity to what its ledger adds up to. True if it was something else. */
    recomputeCapacity: async (eventId: string): Promise<boolean> => (await recomputeCapacity(pool, eventId)) !== null,

    /** Counts where the ledger and the audit log do not tell what was sold and cancelled. */
    async checkLedger(eventId: string): Promise<number> {
      const record = await readEventRecord(pool, { eventId, complete: false });
      if (!record) return 0;
      const totals = record.facts.ticketTypes.reduce((sum, { total }) => sum + total, 0);
      const wrong = record.wrongLines.filter(({ purchaseId }) => !record.underWay.has(purchaseId));
      return wrong.length + (record.totalByLedger === totals ? 0 : 1);
    },
  };
}
