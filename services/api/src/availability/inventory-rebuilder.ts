import type { EventReadModel } from '@box-office/contract';
import type { Inventory, AvailabilityOutcome } from '@box-office/inventory';
import type { Logger } from '@box-office/platform';
import { LRUCache } from 'lru-cache';

/** An event is not rebuilt again within this time: requests that come in it are told to repeat. */
const REBUILD_GAP_MS = 500;
const MAX_CONCURRENT_REBUILDS = 4;
const MAX_EVENTS_REMEMBERED = 500;

/** What the gateway asks and does about an inventory whose read model refuses a request, or is missing. */
export interface InventoryRebuilder {
  /** The event as it is counted after this call began, if its inventory can be relied on. */
  count(eventId: string): Promise<AvailabilityOutcome>;
  /** The event as this gateway counted it last, however long ago: a guess at the next result of `count`. */
  lastCounted(eventId: string): EventReadModel | undefined;
  /** Has the inventory rebuilt from PostgreSQL, in the background. Safe to call at any time and any number of times. */
  rebuild(eventId: string): void;
}

/**
 * Counts and rebuilds, each shared by the requests that need it at the same time.
 *
 * A request shares only a count that begins after the request: one in progress may have read the inventory before
 * tickets came back that this request could have had.
 *
 * @param o.rebuild makes the event's inventory usable; resolves when it is
 */
export function createInventoryRebuilder(o: {
  count: Inventory['readAvailability'];
  rebuild: (eventId: string) => Promise<void>;
  logger: Logger;
}): InventoryRebuilder {
  const inProgress = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<AvailabilityOutcome>>();
  const rebuilding = new Set<string>();
  const counted = new LRUCache<string, EventReadModel>({ max: MAX_EVENTS_REMEMBERED });

  function count(eventId: string): Promise<AvailabilityOutcome> {
    const shared = next.get(eventId);
    if (shared !== undefined) return shared;
    const before = inProgress.get(eventId) ?? Promise.resolve();
    const result = before.then(() => {
      next.delete(eventId);
      const now = o.count(eventId).then((outcome) => remember(eventId, outcome));
      const ended = now.then(ignore, ignore).then(() => {
        if (inProgress.get(eventId) === ended) inProgress.delete(eventId);
      });
      inProgress.set(eventId, ended);
      return now;
    });
    next.set(eventId, result);
    return result;
  }

  function remember(eventId: string, outcome: AvailabilityOutcome): AvailabilityOutcome {
    if (outcome.kind === 'counted') counted.set(eventId, outcome.event);
    else counted.delete(eventId);
    return outcome;
  }

  async function rebuildNow(eventId: string): Promise<void> {
    try {
      await o.rebuild(eventId);
      o.logger.info({ eventId }, 'the inventory of an event is usable');
    } catch (error) {
      o.logger.warn({ err: error, eventId }, 'could not rebuild the inventory of an event');
    } finally {
      setTimeout(() => rebuilding.delete(eventId), REBUILD_GAP_MS).unref();
    }
  }

  return {
    count,
    lastCounted: (eventId) => counted.get(eventId),
    rebuild(eventId) {
      if (rebuilding.has(eventId) || rebuilding.size >= MAX_CONCURRENT_REBUILDS) return;
      rebuilding.add(eventId);
      void rebuildNow(eventId);
    },
  };
}

const ignore = (): void => undefined;
