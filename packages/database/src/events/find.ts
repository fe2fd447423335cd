import type { EventDetails } from '@box-office/contract';
import type pg from 'pg';
import { detailsOf, SELECT_DETAILS, type DetailsRow } from './details.js';

/** The event, or null if it does not exist. */
export async function findEvent(db: pg.Pool | pg.ClientBase, eventId: string): Promise<EventDetails | null> {
  const { rows } = await db.query<DetailsRow>({
    name: 'find-event',
    text: `${SELECT_DETAILS} where e.id = $1`,
    values: [eventId],
  });
  return rows[0] ? detailsOf(rows[0]) : null;
}

const PAGE = `${SELECT_DETAILS}
 where $1::text is null or (length(e.id), e.id) > (length($1), $1)
 order by length(e.id), e.id
 limit $2`;

/** One page of events in the order in which they were created. `after` is the `next` of the page before. */
export async function listEvents(
  pool: pg.Pool,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ events: EventDetails[]; next: string | null }> {
  // Not prepared: the first page and later pages need different plans, each of which is a range of the index.
  const { rows } = await pool.query<DetailsRow>(PAGE, [page.after ?? null, page.limit + 1]);
  const shown = rows.slice(0, page.limit);
  return { events: shown.map(detailsOf), next: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
}

/** `events.capacity`: what remains after the ledger lines applied so far. Null if the event does not exist. */
export async function readCapacity(pool: pg.Pool, eventId: string): Promise<number | null> {
  const { rows } = await pool.query<{ capacity: number }>('select capacity from events where id = $1', [eventId]);
  return rows[0]?.capacity ?? null;
}

// First events on sale, soonest first; last those that have ended.
const BY_URGENCY = `
with ranked as (
  select id, starts_at,
         case when ends_at < now() then 2 when status = 'on_sale' then 0 else 1 end as rank
    from events
)
select id from ranked
 where $1::text is null or (rank, starts_at, id) > (select rank, starts_at, id from ranked where id = $1)
 order by rank, starts_at, id
 limit $2`;

/** Ids of the next events, those first whose buyers wait; empty at the end. */
export async function listEventsByUrgency(
  pool: pg.Pool,
  page: { readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(BY_URGENCY, [page.after, page.limit]);
  return rows.map(({ id }) => id);
}
