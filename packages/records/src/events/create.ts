import type { EventFacts } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import { type EventActor, factsForAudit } from './actor.js';
import { findEvent } from './find.js';

/** An event to be created: its facts without what the database gives. */
export type NewEvent = Omit<EventFacts, 'id' | 'revision'>;

/** The request by which an event is created, so that it creates one however often it comes. */
export interface RequestOfCreation {
  /** Derived from its idempotency key. */
  readonly creationId: string;
  readonly fingerprint: string;
}

export type EventCreation =
  /** `known`: by the same request before. The facts are those of its creation, whatever was changed since. */
  | { readonly kind: 'created' | 'known'; readonly facts: EventFacts }
  /** The same key was used before for another event. */
  | { readonly kind: 'other_request' };

const INSERT_EVENT = `
insert into events (name, description, venue, starts_at, ends_at, time_zone, currency, status,
                    sale_starts_at, sale_ends_at, limit_per_buyer, cancellable_until, capacity, initial_capacity,
                    creation_id, creation_fingerprint)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)
on conflict (creation_id) do nothing
returning id`;

const FIND_CREATED = `select id, creation_fingerprint as fingerprint from events where creation_id = $1`;

const INSERT_TYPES = `
insert into event_ticket_types (event_id, name, position, price_minor, total)
select $1, name, position, "priceMinor", total
  from rows from (jsonb_to_recordset($2) as (name text, "priceMinor" bigint, total integer))
       with ordinality as t(name, "priceMinor", total, position)`;

const INSERT_INVENTORY = `insert into event_inventory (event_id) values ($1)`;

/** Records a new event, and who created it. It sells nothing before its inventory was built in Redis. */
export function createEvent(pool: pg.Pool, event: NewEvent, actor?: EventActor): Promise<EventFacts> {
  return inTransaction(pool, async (client) => {
    const facts = await insert(client, event, null, actor);
    if (!facts) throw new Error('the new event got no id');
    return facts;
  });
}

/** The same by a request that may be repeated: it creates one event. */
export function createEventOnce(
  pool: pg.Pool,
  event: NewEvent,
  request: RequestOfCreation,
  actor?: EventActor,
): Promise<EventCreation> {
  return inTransaction(pool, async (client) => {
    const facts = await insert(client, event, request, actor);
    return facts ? { kind: 'created', facts } : createdBefore(client, event, request);
  });
}

/** Null if the request has created its event before; one that is creating it at this moment is waited for. */
async function insert(
  client: pg.ClientBase,
  event: NewEvent,
  request: RequestOfCreation | null,
  actor: EventActor | undefined,
): Promise<EventFacts | null> {
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
  ]);
  const id = rows[0]?.id;
  if (id === undefined) return null;
  await client.query(INSERT_TYPES, [id, JSON.stringify(event.ticketTypes)]);
  await client.query(INSERT_INVENTORY, [id]);
  const facts = await findEvent(client, id);
  if (actor && facts) {
    const act = { action: 'create_event', reason: null, eventId: id, before: null, after: factsForAudit(facts) };
    await recordOperatorAct(client, { ...actor, ...act });
  }
  return facts;
}

async function createdBefore(
  client: pg.ClientBase,
  event: NewEvent,
  request: RequestOfCreation,
): Promise<EventCreation> {
  const { rows } = await client.query<{ id: string; fingerprint: string }>(FIND_CREATED, [request.creationId]);
  const [row] = rows;
  if (!row) throw new Error(`the event of request ${request.creationId} is not there`);
  if (row.fingerprint !== request.fingerprint) return { kind: 'other_request' };
  return { kind: 'known', facts: { ...event, id: row.id, revision: 1 } };
}
