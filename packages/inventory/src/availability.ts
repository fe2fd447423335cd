import { eventKey, type EventReadModel } from '@box-office/contract';
import { inventoryKeys, keyList } from './keys.js';
import { LOOK } from './lua/look.lua.js';
import { PRELUDE } from './lua/prelude.lua.js';
import type { LookOutcome, Unavailable } from './outcomes.js';
import { defineScript, runScript, type RedisClient } from './script.js';
import { fromWire } from './wire.js';

/** Most events in one read. */
export const MAX_EVENTS_PER_READ = 1_000;

export const lookScript = defineScript(PRELUDE, LOOK);

/**
 * The events' read models as they stand in Redis, in the order of the ids.
 *
 * @throws RangeError for more than `MAX_EVENTS_PER_READ` ids
 */
export async function availability(
  redis: RedisClient,
  eventIds: readonly string[],
): Promise<(EventReadModel | null)[]> {
  if (eventIds.length === 0) return [];
  if (eventIds.length > MAX_EVENTS_PER_READ) throw new RangeError(`${eventIds.length} events in one read`);
  const keys = eventIds.map(eventKey);
  // Events are in different slots of a cluster, where MGET would be refused.
  const found = redis.isCluster ? await Promise.all(keys.map((key) => redis.get(key))) : await redis.mget(...keys);
  return found.map((json) => (json === null ? null : (JSON.parse(json) as EventReadModel)));
}

/** One event, counted at this moment in an inventory that may be relied on. */
export async function look(redis: RedisClient, eventId: string): Promise<LookOutcome> {
  return lookOutcomeOf(await runScript(redis, lookScript, keyList(inventoryKeys(eventId)), ['']));
}

/** What the script answered. */
export function lookOutcomeOf(reply: unknown): LookOutcome {
  const outcome = fromWire<{ kind: 'counted'; generation: number; event: string } | Unavailable>(reply);
  return outcome.kind === 'unavailable' ? outcome : { ...outcome, event: JSON.parse(outcome.event) as EventReadModel };
}
