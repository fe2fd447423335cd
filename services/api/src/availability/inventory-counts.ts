import type { EventReadModel } from '@box-office/contract';
import type { AvailabilityOutcome, Inventory } from '@box-office/inventory';
import { LRUCache } from 'lru-cache';

const MAX_EVENTS_REMEMBERED = 500;

/** What the gateway asks about an inventory whose read model refuses a request, or is missing. */
export interface InventoryCounts {
  /** The event as it is counted after this call began, if its inventory can be relied on. */
  count(eventId: string): Promise<AvailabilityOutcome>;
  /** The event as this gateway counted it last, however long ago: a guess at the next result of `count`. */
  lastCounted(eventId: string): EventReadModel | undefined;
}

/**
 * Counts, each shared by the requests that need it at the same time.
 *
 * A request shares only a count that begins after the request: one in progress may have read the inventory before
 * tickets came back that this request could have had.
 */
export function createInventoryCounts(inventory: Pick<Inventory, 'readAvailability'>): InventoryCounts {
  const inProgress = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<AvailabilityOutcome>>();
  const counted = new LRUCache<string, EventReadModel>({ max: MAX_EVENTS_REMEMBERED });

  function count(eventId: string): Promise<AvailabilityOutcome> {
    const shared = next.get(eventId);
    if (shared !== undefined) return shared;
    const before = inProgress.get(eventId) ?? Promise.resolve();
    const result = before.then(() => {
      next.delete(eventId);
      const now = inventory.readAvailability(eventId).then((outcome) => remember(eventId, outcome));
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

  return { count, lastCounted: (eventId) => counted.get(eventId) };
}

const ignore = (): void => undefined;
