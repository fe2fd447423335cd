import { isPastRedis, type RebuildPlace } from '@box-office/contract';
import { findEvents, listEventsByUrgency, readGeneration } from '@box-office/database';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { forEachConcurrently } from '../reconciliation/concurrency.js';
import { rebuildInventory } from '../reconciliation/repairing/rebuild-inventory.js';
import { rewriteReadModelsOfEvent } from '../reconciliation/repairing/rewrite-read-models.js';

/** Events that one activity rebuilds. */
const EVENTS_PER_PAGE = 25;

/** What became of a page of events. */
export interface RebuiltPage {
  /** How many inventories or read models were rebuilt. */
  readonly rebuilt: number;
  readonly failed: readonly { readonly eventId: string; readonly failure: string }[];
}

/** The steps of the `redisRebuild` workflow. Sales continue meanwhile. Each step may be repeated. */
export function createRedisRebuildActivities(deps: ReconciliationDeps) {
  const { pool, inventory } = deps;

  /**
   * Handles events, but for those that ended long ago: Redis has nothing of them, and gets nothing of them. One that fails
   * does not keep the others from being handled.
   *
   * @param handle returns how much was rebuilt
   * @throws a failure if all fail: a store is unavailable
   */
  async function handleEach(
    eventIds: readonly string[],
    handle: (eventId: string) => Promise<number | 'contradicted'>,
  ): Promise<RebuiltPage> {
    const current = (await findEvents(pool, eventIds)).filter((event) => !isPastRedis(event));
    const failed: { eventId: string; failure: string }[] = [];
    let [rebuilt, errors] = [0, 0];
    await forEachConcurrently(current, async ({ id: eventId }) => {
      try {
        const result = await handle(eventId);
        if (result === 'contradicted') failed.push({ eventId, failure: 'its tickets contradict each other' });
        else rebuilt += result;
      } catch (error) {
        errors += 1;
        if (errors === current.length) throw error;
        failed.push({ eventId, failure: error instanceof Error ? error.message : String(error) });
      }
    });
    return { rebuilt, failed };
  }

  /** 1 if the inventory was unusable and is rebuilt. */
  async function rebuildIfUnusable(eventId: string, cause: string): Promise<number | 'contradicted'> {
    // Read the generation before checking Redis: a concurrent rebuild makes it stale, and then this rebuild does not
    // start.
    const seen = await readGeneration(pool, eventId);
    if (seen === null || (await inventory.readAvailability(eventId)).kind === 'counted') return 0;
    const generation = await rebuildInventory(deps, { eventId, seen, cause });
    return generation === 'contradicted' ? generation : Number(generation !== null);
  }

  return {
    /** The next events: those on sale first, the earliest start first. Empty at the end. */
    listEventsByUrgency: (after: RebuildPlace | null): Promise<RebuildPlace[]> =>
      listEventsByUrgency(pool, { after, limit: EVENTS_PER_PAGE }),

    /** Rebuilds the inventories of these events that are unusable. */
    rebuildUnusableInventories: (eventIds: readonly string[], cause: string): Promise<RebuiltPage> =>
      handleEach(eventIds, (eventId) => rebuildIfUnusable(eventId, cause)),

    /** Rewrites the read models of these events that differ from PostgreSQL. */
    rewriteReadModelsOfEvents: (eventIds: readonly string[]): Promise<RebuiltPage> =>
      handleEach(eventIds, async (eventId) => (await rewriteReadModelsOfEvent(deps, eventId)).rewritten),
  };
}
