import type { EventReadModel } from '@box-office/contract';
import type { Inventory, LookOutcome } from '@box-office/inventory';
import type { Logger } from '@box-office/platform';
import { LRUCache } from 'lru-cache';
import type { InventoryCare } from '../ports.js';

/** An event is not restored again within this time: requests that come meanwhile are told to repeat. */
const RESTORE_GAP_MS = 500;
const MOST_RESTORATIONS = 4;
const MAX_EVENTS_REMEMBERED = 500;

/**
 * Looks and restorations, each shared by the requests that need it at the same time.
 *
 * A request shares only a look that begins after it asked: one that is under way may have counted before the tickets
 * came back that this request could have had.
 *
 * @param restore makes the event's inventory usable; resolves when it is
 */
export function createInventoryCare(o: {
  look: Inventory['look'];
  restore: (eventId: string) => Promise<void>;
  logger: Logger;
}): InventoryCare {
  const underWay = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<LookOutcome>>();
  const restoring = new Set<string>();
  const counted = new LRUCache<string, EventReadModel>({ max: MAX_EVENTS_REMEMBERED });

  function look(eventId: string): Promise<LookOutcome> {
    const shared = next.get(eventId);
    if (shared !== undefined) return shared;
    const before = underWay.get(eventId) ?? Promise.resolve();
    const looked = before.then(() => {
      next.delete(eventId);
      const now = o.look(eventId).then((outcome) => remember(eventId, outcome));
      const over = now.then(ignore, ignore).then(() => {
        if (underWay.get(eventId) === over) underWay.delete(eventId);
      });
      underWay.set(eventId, over);
      return now;
    });
    next.set(eventId, looked);
    return looked;
  }

  function remember(eventId: string, outcome: LookOutcome): LookOutcome {
    if (outcome.kind === 'counted') counted.set(eventId, outcome.event);
    else counted.delete(eventId);
    return outcome;
  }

  async function restoreNow(eventId: string): Promise<void> {
    try {
      await o.restore(eventId);
      o.logger.info({ eventId }, 'the inventory of an event is usable');
    } catch (error) {
      o.logger.warn({ err: error, eventId }, 'could not restore the inventory of an event');
    } finally {
      setTimeout(() => restoring.delete(eventId), RESTORE_GAP_MS).unref();
    }
  }

  return {
    look,
    lastCounted: (eventId) => counted.get(eventId),
    restore(eventId) {
      if (restoring.has(eventId) || restoring.size >= MOST_RESTORATIONS) return;
      restoring.add(eventId);
      void restoreNow(eventId);
    },
  };
}

const ignore = (): void => undefined;
