import { isPastRedis, type RebuildPlace } from '@box-office/contract';
import { findEvents, listEventsByUrgency, readGeneration } from '@box-office/database';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { rebuildInventory } from '../reconciliation/repairing/rebuild-inventory.js';
import { rewriteReadModelsOfEvent } from '../reconciliation/repairing/rewrite-read-models.js';
import { forEachEvent } from './for-each-event.js';

/** Events that one activity rebuilds. */
const EVENTS_PER_PAGE = 25;
/** A store that is unavailable is waited for, some seven minutes. Then an event that fails does not keep the others waiting. */
const FAILURES = { failures: 'any', untilAttempt: 20, concurrency: 8 } as const;

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
   * Handles events, but for those that ended long ago: Redis has nothing of them, and gets nothing of them.
   *
   * @param handle returns how much was rebuilt
   */
  async function handleEach(
    eventIds: readonly string[],
    handle: (eventId: string) => Promise<number | 'contradicted'>,
  ): Promise<RebuiltPage> {
    const current = (await findEvents(pool, eventIds)).filter((event) => !isPastRedis(event));
    let rebuilt = 0;
    const contradicted: string[] = [];
    const { failed } = await forEachEvent(
      current,
      async ({ id }) => {
        const result = await handle(id);
        if (result === 'contradicted') contradicted.push(id);
        else rebuilt += result;
      },
      FAILURES,
    );
    return {
      rebuilt,
      failed: [
        ...contradicted.map((eventId) => ({ eventId, failure: 'its tickets contradict each other' })),
        ...failed.map(({ event, failure }) => ({ eventId: event.id, failure })),
      ],
    };
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
