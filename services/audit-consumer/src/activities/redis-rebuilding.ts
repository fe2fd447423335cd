import { listEventsByUrgency, readGeneration } from '@box-office/records';
import { restoreInventory } from '@box-office/restoration';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { eachOf } from '../reconciliation/in-motion.js';
import { rewriteAll } from '../reconciliation/repairing/rewriting.js';

/** Events rebuilt by one activity. */
const EVENTS_PER_PAGE = 25;

/** The steps of a rebuild of all of Redis. Sales go on meanwhile; each step may be repeated. */
export function createRedisRebuilding(deps: ReconciliationDeps) {
  const { pool, inventory } = deps;

  /** True if the inventory could not be used, and now can. */
  async function rebuildUnusable(eventId: string, cause: string): Promise<boolean> {
    // Before the look: whoever rebuilds it in between begins a later generation, and this one is not begun then.
    const seen = await readGeneration(pool, eventId);
    if (seen === null || (await inventory.look(eventId)).kind === 'counted') return false;
    return (await restoreInventory(deps, { eventId, seen, cause })) !== null;
  }

  return {
    /** Ids of the next events: on sale before others, and those first that begin soonest. None at the end. */
    nextToRebuild: (after: string | null): Promise<string[]> =>
      listEventsByUrgency(pool, { after, limit: EVENTS_PER_PAGE }),

    /** Builds those inventories of these events that cannot be used. Answers how many. */
    async rebuildUnusable(eventIds: readonly string[], cause: string): Promise<number> {
      let built = 0;
      await eachOf(eventIds, async (eventId) => {
        if (await rebuildUnusable(eventId, cause)) built += 1;
      });
      return built;
    },

    /** Writes the read models of these events anew that are not as PostgreSQL says. Answers how many. */
    async rewriteAllReadModels(eventIds: readonly string[]): Promise<number> {
      let written = 0;
      await eachOf(eventIds, async (eventId) => {
        written += (await rewriteAll(deps, eventId)).rewritten;
      });
      return written;
    },
  };
}
