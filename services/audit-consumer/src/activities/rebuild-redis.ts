import { isPastRedis, type RebuildPlace } from '@box-office/contract';
import { findEvents, listEventsByUrgency, readGeneration } from '@box-office/database';
import { rebuildFromDatabase } from '@box-office/inventory-sync';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { forEachConcurrently } from '../reconciliation/concurrency.js';
import { rewriteReadModelsOfEvent } from '../reconciliation/repairing/rewrite-read-models.js';

/** Events that one activity rebuilds. */
const EVENTS_PER_PAGE = 25;

/** The steps of the `redisRebuild` workflow. Sales continue meanwhile. Each step may be repeated. */
export function createRedisRebuildActivities(deps: ReconciliationDeps) {
  const { pool, inventory } = deps;

  /** Redis has nothing of an event that ended long ago, and gets nothing of it. */
  async function withoutPast(eventIds: readonly string[]): Promise<string[]> {
    return (await findEvents(pool, eventIds)).filter((event) => !isPastRedis(event)).map(({ id }) => id);
  }

  /** True if the inventory was unusable and is rebuilt. */
  async function rebuildIfUnusable(eventId: string, cause: string): Promise<boolean> {
    // Read the generation before checking Redis: a concurrent rebuild makes it stale, and then this rebuild does not
    // start.
    const seen = await readGeneration(pool, eventId);
    if (seen === null || (await inventory.readAvailability(eventId)).kind === 'counted') return false;
    return (await rebuildFromDatabase(deps, { eventId, seen, cause })) !== null;
  }

  return {
    /** The next events: those on sale first, the earliest start first. Empty at the end. */
    listEventsByUrgency: (after: RebuildPlace | null): Promise<RebuildPlace[]> =>
      listEventsByUrgency(pool, { after, limit: EVENTS_PER_PAGE }),

    /** Rebuilds the inventories of these events that are unusable. Returns how many. */
    async rebuildUnusableInventories(eventIds: readonly string[], cause: string): Promise<number> {
      let rebuilt = 0;
      await forEachConcurrently(await withoutPast(eventIds), async (eventId) => {
        if (await rebuildIfUnusable(eventId, cause)) rebuilt += 1;
      });
      return rebuilt;
    },

    /** Rewrites the read models of these events that differ from PostgreSQL. Returns how many. */
    async rewriteReadModelsOfEvents(eventIds: readonly string[]): Promise<number> {
      let total = 0;
      await forEachConcurrently(await withoutPast(eventIds), async (eventId) => {
        const { rewritten } = await rewriteReadModelsOfEvent(deps, eventId);
        total += rewritten;
      });
      return total;
    },
  };
}
