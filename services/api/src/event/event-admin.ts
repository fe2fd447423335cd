import { isPastRedis, type EventDetails } from '@box-office/contract';
import {
  changeEvent as recordChange,
  createEvent,
  createEventOnce,
  findCreation,
  type EventActor,
  type EventChange,
  type EventCreation,
  type EventEdit,
  type NewEvent,
  type RequestOfCreation,
} from '@box-office/database';
import { publishDetails, rebuildFromDatabase, updateDetails, type InventorySyncDeps } from '@box-office/inventory-sync';

/** Rebuilds in a row before a change is given up: one is normal, more mean that Redis fails while it is rebuilt. */
const MAX_REBUILDS = 3;

/** Records a new event and builds its inventory, unless it ended long ago: when this resolves, its tickets can be bought. */
async function openEvent(deps: InventorySyncDeps, event: NewEvent, actor?: EventActor): Promise<EventDetails> {
  const details = await createEvent(deps.pool, event, actor);
  if (!isPastRedis(details)) await rebuildFromDatabase(deps, { eventId: details.id, seen: 0, cause: 'created' });
  return details;
}

/** The same for a request that may be repeated: it opens one event. Null if it may not create one, and has not before. */
async function openEventOnce(
  deps: InventorySyncDeps,
  event: NewEvent,
  request: RequestOfCreation & { readonly mayCreate: boolean },
  actor?: EventActor,
): Promise<EventCreation | null> {
  const { mayCreate, ...once } = request;
  const creation = await (mayCreate
    ? createEventOnce(deps.pool, event, once, actor)
    : findCreation(deps.pool, event, once));
  if (creation === null) return null;
  // The request that recorded the event may have ended before its inventory was built.
  if (creation.kind !== 'other_request') await publishDetails(deps, creation.details);
  return creation;
}

/**
 * Changes an event in both stores. A total is lowered in Redis before the change is committed, so that no serial above it
 * is handed out from then on. It is raised in Redis afterwards, so that no serial is handed out which PostgreSQL refuses.
 *
 * @throws Error if the inventory is unusable after three rebuilds
 */
export async function alterEvent(
  deps: InventorySyncDeps,
  edit: EventEdit,
): Promise<Exclude<EventChange, { readonly kind: 'inventory_unavailable' }>> {
  const { eventId } = edit;
  for (let rebuilds = 0; ; rebuilds++) {
    const change = await recordChange(deps.pool, edit, (details, generation, revision) =>
      updateDetails(deps, details, generation, revision),
    );
    if (change.kind === 'changed') {
      await publishDetails(deps, change.details, change.generation);
      return change;
    }
    if (change.kind !== 'inventory_unavailable') return change;
    const { generation: seen, cause } = change;
    if (rebuilds === MAX_REBUILDS) throw new Error(`event ${eventId} has no usable inventory`);
    await rebuildFromDatabase(deps, { eventId, seen, cause });
  }
}

/** What operators do to events. PostgreSQL and Redis agree when these resolve. */
export const createEventAdmin = (deps: InventorySyncDeps) => ({
  open: openEvent.bind(null, deps),
  openOnce: openEventOnce.bind(null, deps),
  alter: alterEvent.bind(null, deps),
});

export type EventAdmin = ReturnType<typeof createEventAdmin>;
