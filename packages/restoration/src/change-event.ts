import type { EventFacts } from '@box-office/contract';
import type { UpdateFactsOutcome, Unavailable } from '@box-office/inventory';
import {
  changeEvent as recordChange,
  createEvent,
  createEventOnce,
  type EventActor,
  type EventChange,
  type EventCreation,
  type EventEdit,
  type NewEvent,
  type RequestOfCreation,
} from '@box-office/records';
import { restoreInventory, type RestorationDeps } from './restore-inventory.js';
import { withUsableInventory } from './usable-inventory.js';

/** Restorations in a row before a change is given up: one is normal, more mean that Redis fails while it is rebuilt. */
const MAX_RESTORATIONS = 3;

/** Records a new event and builds its inventory: when this resolves, it can be sold. */
export async function openEvent(deps: RestorationDeps, event: NewEvent, actor?: EventActor): Promise<EventFacts> {
  const facts = await createEvent(deps.pool, event, actor);
  await restoreInventory(deps, { eventId: facts.id, seen: 0, cause: 'created' });
  return facts;
}

/** The same by a request that may be repeated: it opens one event. */
export async function openEventOnce(
  deps: RestorationDeps,
  event: NewEvent,
  request: RequestOfCreation,
  actor?: EventActor,
): Promise<EventCreation> {
  const creation = await createEventOnce(deps.pool, event, request, actor);
  // Whoever recorded it before may not have come as far as its inventory.
  if (creation.kind !== 'other_request') await publishFacts(deps, creation.facts);
  return creation;
}

/**
 * Changes an event in both stores. A total is lowered in Redis before it is committed, so that nothing above it is handed
 * out from then on, and raised in Redis afterwards, so that no serial is handed out which PostgreSQL would refuse.
 */
export async function alterEvent(
  deps: RestorationDeps,
  edit: EventEdit,
): Promise<Exclude<EventChange, { readonly kind: 'inventory_unavailable' }>> {
  const { eventId } = edit;
  for (let restorations = 0; ; restorations++) {
    const change = await recordChange(deps.pool, edit, (facts, generation, revision) =>
      deps.inventory.updateFacts(eventId, generation, facts, revision),
    );
    if (change.kind === 'changed') {
      await publishFacts(deps, change.facts, change.generation);
      return change;
    }
    if (change.kind !== 'inventory_unavailable') return change;
    const { generation: seen, cause } = change;
    if (restorations === MAX_RESTORATIONS) throw new Error(`event ${eventId} has no usable inventory`);
    await restoreInventory(deps, { eventId, seen, cause });
  }
}

/**
 * Writes the facts of the record into the inventory, rebuilding it where it is unusable. `outdated`: it has facts of a
 * later change. `refused`: it has handed out serials that the record does not know of.
 *
 * @param from the lowest generation to call under, if the caller knows it
 */
export async function publishFacts(
  deps: RestorationDeps,
  facts: EventFacts,
  from?: number,
): Promise<Exclude<UpdateFactsOutcome, Unavailable>> {
  const { reply } = await withUsableInventory(
    deps,
    facts.id,
    (generation) => deps.inventory.updateFacts(facts.id, generation, facts),
    from,
  );
  return reply;
}
