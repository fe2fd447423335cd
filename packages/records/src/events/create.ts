import type { EventFacts } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { EventActor } from './actor.js';
import { factsForAudit } from './actor.js';
import { findEvent } from './find.js';

/** An event to be created: its facts without the id, which the database gives. */
export type NewEvent = Omit<EventFacts, 'id'>;

const INSERT_EVENT = `
insert into events (name, description, venue, starts_at, ends_at, time_zone, currency, status,
                    sale_starts_at, sale_ends_at, limit_per_buyer, cancellable_until, capacity, initial_capacity)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
returning id`;

const INSERT_TYPES = `
insert into event_ticket_types (event_id, name, position, price_minor, total)
select $1, name, position, "priceMinor", total
  from rows from (jsonb_to_recordset($2) as (name text, "priceMinor" bigint, total integer))
       with ordinality as t(name, "priceMinor", total, position)`;

const INSERT_INVENTORY = `insert into event_inventory (event_id) values ($1)`;

/** Records a new event, and who created it. It sells nothing before its inventory was built in Redis. */
export function createEvent(pool: pg.Pool, event: NewEvent, actor?: EventActor): Promise<EventFacts> {
  return inTransaction(pool, async (client) => {
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
    ]);
    const id = rows[0]?.id;
    if (id === undefined) throw new Error('the new event got no id');
    await client.query(INSERT_TYPES, [id, JSON.stringify(event.ticketTypes)]);
    await client.query(INSERT_INVENTORY, [id]);
    const facts = await findEvent(client, id);
    if (!facts) throw new Error(`event ${id} is not there after its creation`);
    if (actor) {
      const after = factsForAudit(facts);
      await recordOperatorAct(client, {
        ...actor,
        action: 'create_event',
        reason: null,
        eventId: id,
        before: null,
        after,
      });
    }
    return facts;
  });
}
