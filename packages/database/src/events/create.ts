import type { EventDetails } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import { type EventActor, detailsForAudit } from './actor.js';
import { findEvent } from './find.js';
import { rowsOf, type Queryable } from '../rows.js';
import { TYPE_COLUMNS, TYPE_VALUES, TYPES_OF_JSON } from './type-columns.js';

/** An event to be created, without the fields that the database sets. */
export type NewEvent = Omit<EventDetails, 'id' | 'revision'>;

/** Identifies the request, so that it creates one event however often it is repeated. */
export interface RequestOfCreation {
  /** Derived from the idempotency key. */
  readonly creationId: string;
  readonly fingerprint: string;
}

export type EventCreation =
  /** `known`: created by the same request before. The event is as it was created, without later changes. */
  | { readonly kind: 'created' | 'known'; readonly details: EventDetails }
  /** The same key was used for another event. */
  | { readonly kind: 'other_request' };

const INSERT_EVENT = `
insert into events (name, description, venue, starts_at, ends_at, time_zone, currency, status,
                    sale_starts_at, sale_ends_at, limit_per_buyer, cancellable_until, capacity, initial_capacity,
                    creation_id, creation_fingerprint, purchase_fee, refund_rules)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17)
on conflict (creation_id) do nothing
returning id`;

const FIND_CREATED = `select id, creation_fingerprint as fingerprint from events where creation_id = $1`;

const INSERT_TYPES = `
insert into event_ticket_types (event_id, ${TYPE_COLUMNS})
select $1, ${TYPE_VALUES}
  from ${TYPES_OF_JSON}`;

const INSERT_INVENTORY = `insert into event_inventory (event_id) values ($1)`;

/** Records a new event, and who created it. It sells nothing until its inventory is built in Redis. */
export function createEvent(pool: pg.Pool, event: NewEvent, actor?: EventActor): Promise<EventDetails> {
  return inTransaction(pool, async (client) => {
    const created = await insert(client, event, null, actor);
    if (!created) throw new Error('the new event got no id');
    return created;
  });
}

/** The same, for a request that may be repeated: it creates one event. */
export function createEventOnce(
  pool: pg.Pool,
  event: NewEvent,
  request: RequestOfCreation,
  actor?: EventActor,
): Promise<EventCreation> {
  return inTransaction(pool, async (client) => {
    const created = await insert(client, event, request, actor);
    if (created) return { kind: 'created', details: created };
    const before = await findCreation(client, event, request);
    if (!before) throw new Error(`the event of request ${request.creationId} has no row`);
    return before;
  });
}

/** Null if the request has created its event before. Waits for a concurrent request with the same id. */
async function insert(
  client: pg.ClientBase,
  event: NewEvent,
  request: RequestOfCreation | null,
  actor: EventActor | undefined,
): Promise<EventDetails | null> {
  const capacity = event.ticketTypes.reduce((sum, type) => sum + type.total, 0);
  const { rows } = await client.query<{ id: string }>(INSERT_EVENT, [
    event.name,
    event.description,
    event.venue,
    event.startsAt,
    event.endsAt,
    event.timeZone,
    event.currency,
    event.status,
    event.saleStartsAt,
    event.saleEndsAt,
    event.limitPerBuyer,
    event.cancellableUntil ?? null,
    capacity,
    request?.creationId ?? null,
    request?.fingerprint ?? null,
    event.purchaseFee ?? null,
    event.refundRules ?? null,
  ]);
  const id = rows[0]?.id;
  if (id === undefined) return null;
  await client.query(INSERT_TYPES, [id, JSON.stringify(event.ticketTypes)]);
  await client.query(INSERT_INVENTORY, [id]);
  const created = await findEvent(client, id);
  if (actor && created) {
    const act = { action: 'create_event', reason: null, eventId: id, before: null, after: detailsForAudit(created) };
    await recordOperatorAct(client, { ...actor, ...act });
  }
  return created;
}

/** What the request has created, or its key another request; null if there is no such event. */
export async function findCreation(
  db: Queryable,
  event: NewEvent,
  request: RequestOfCreation,
): Promise<Exclude<EventCreation, { readonly kind: 'created' }> | null> {
  const [row] = await rowsOf<{ id: string; fingerprint: string }>(db, FIND_CREATED, [request.creationId]);
  if (!row) return null;
  if (row.fingerprint !== request.fingerprint) return { kind: 'other_request' };
  return { kind: 'known', details: { ...event, id: row.id, revision: 1 } };
}
