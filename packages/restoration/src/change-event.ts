import type { EventFacts } from '@box-office/contract';
import {
  changeEvent as recordChange,
  createEvent as recordEvent,
  findEvent,
  withChanges,
  type EventActor,
  type EventChange,
  type EventChanges,
  type NewEvent,
} from '@box-office/records';
import { restoreInventory, type RestorationDeps } from './restore-inventory.js';
import { withUsableInventory } from './usable-inventory.js';

/** Records a new event and builds its inventory: when this resolves, it can be sold. */
export async function openEvent(deps: RestorationDeps, event: NewEvent, actor?: EventActor): Promise<EventFacts> {
  const facts = await recordEvent(deps.pool, event, actor);
  await restoreInventory(deps, { eventId: facts.id, seen: 0, cause: 'created' });
  return facts;
}

/**
 * Changes an event in both stores. A total is lowered in Redis first, so that nothing above it is handed out while
 * PostgreSQL is asked, and raised in PostgreSQL first, so that no serial is handed out which it would refuse.
 */
export async function alterEvent(
  deps: RestorationDeps,
  eventId: string,
  changes: EventChanges,
  actor?: EventActor,
): Promise<EventChange> {
  const before = await findEvent(deps.pool, eventId);
  if (!before) return { kind: 'unknown' };
  const wanted = withChanges(before, changes);
  const lowered = await publishFacts(deps, withTotals(before, wanted, Math.min));
  if (lowered) return lowered;
  const change = await recordChange(deps.pool, wanted, actor);
  // What the record refused is undone in Redis; what it took is now raised there.
  await publishFacts(deps, change.kind === 'changed' ? change.facts : before);
  return change;
}

/** `facts` with, for each type, the lower or higher of the two totals. */
function withTotals(facts: EventFacts, other: EventFacts, choose: (a: number, b: number) => number): EventFacts {
  const totals = new Map(other.ticketTypes.map((type) => [type.name, type.total]));
  return {
    ...facts,
    ticketTypes: facts.ticketTypes.map((type) => ({
      ...type,
      total: choose(type.total, totals.get(type.name) ?? type.total),
    })),
  };
}

/** Writes the facts into the inventory, rebuilding it where it is unusable. Returns a refusal, if it was refused. */
export async function publishFacts(
  deps: RestorationDeps,
  facts: EventFacts,
): Promise<Extract<EventChange, { kind: 'refused' }> | null> {
  const { reply } = await withUsableInventory(deps, facts.id, (generation) =>
    deps.inventory.updateFacts(facts.id, generation, facts),
  );
  if (reply.kind !== 'refused') return null;
  return {
    kind: 'refused',
    reason: 'total_too_low',
    ticketType: reply.ticketType,
    lowestPossible: reply.lowestPossible,
  };
}
