import { eventKey, type EventReadModel } from '@box-office/contract';
import type { Redis } from 'ioredis';
import { inventoryKeys, keyList } from './keys.js';
import { loadScript } from './load-script.js';
import type { AvailabilityOutcome, Unavailable } from './outcomes.js';
import { runScript } from './script.js';
import { parseEventReadModel, readEventReadModel, type OnUnreadable } from './stored-values.js';
import { fromWire } from './wire.js';

/** Most events in one read. */
export const MAX_EVENTS_PER_READ = 1_000;

export const availabilityScript = loadScript('availability');

/**
 * The events' read models as they stand in Redis, in the order of the ids; null where there is none that is readable.
 *
 * @throws RangeError for more than `MAX_EVENTS_PER_READ` ids
 */
export async function availability(
  redis: Redis,
  eventIds: readonly string[],
  onUnreadable: OnUnreadable,
): Promise<(EventReadModel | null)[]> {
  if (eventIds.length === 0) return [];
  if (eventIds.length > MAX_EVENTS_PER_READ) throw new RangeError(`${eventIds.length} events in one read`);
  const found = await redis.mget(...eventIds.map(eventKey));
  return eventIds.map((eventId, i) => readEventReadModel(eventId, found[i] ?? null, onUnreadable));
}

/** One event, counted at this moment in an inventory that may be relied on. */
export async function readAvailability(
  redis: Redis,
  eventId: string,
  onUnreadable: OnUnreadable,
): Promise<AvailabilityOutcome> {
  return availabilityOutcomeOf(
    eventId,
    await runScript(redis, availabilityScript, keyList(inventoryKeys(eventId)), ['']),
    onUnreadable,
  );
}

/** What the script answered. An inventory of which it makes no event is as good as lost. */
export function availabilityOutcomeOf(
  eventId: string,
  reply: unknown,
  onUnreadable: OnUnreadable,
): AvailabilityOutcome {
  const outcome = fromWire<{ kind: 'counted'; generation: number; event: string } | Unavailable>(reply);
  if (outcome.kind === 'unavailable') return outcome;
  const parsed = parseEventReadModel(eventId, outcome.event);
  if ('value' in parsed) return { ...outcome, event: parsed.value };
  onUnreadable('inventory', eventId, parsed.why);
  return { kind: 'unavailable', cause: 'missing', generation: outcome.generation };
}
