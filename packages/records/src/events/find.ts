import type { EventFacts } from '@box-office/contract';
import type pg from 'pg';
import { factsOf, SELECT_FACTS, type FactsRow } from './facts.js';

/** The event's facts, or null if there is no such event. */
export async function findEvent(db: pg.Pool | pg.ClientBase, eventId: string): Promise<EventFacts | null> {
  const { rows } = await db.query<FactsRow>({
    name: 'find-event',
    text: `${SELECT_FACTS} where e.id = $1`,
    values: [eventId],
  });
  return rows[0] ? factsOf(rows[0]) : null;
}

const PAGE = `${SELECT_FACTS}
 where $1::text is null or (length(e.id), e.id) > (length($1), $1)
 order by length(e.id), e.id
 limit $2`;

/** One page of events in the order in which they were created. `after` is the `next` of the page before. */
export async function listEvents(
  pool: pg.Pool,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ events: EventFacts[]; next: string | null }> {
  // Not prepared: planned for the first page or for a later one, each of which is a range of the index.
  const { rows } = await pool.query<FactsRow>(PAGE, [page.after ?? null, page.limit + 1]);
  const shown = rows.slice(0, page.limit);
  return { events: shown.map(factsOf), next: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
}

/** `events.capacity`: what remains according to the ledger lines applied so far. Null if there is no such event. */
export async function readCapacity(pool: pg.Pool, eventId: string): Promise<number | null> {
  const { rows } = await pool.query<{ capacity: number }>('select capacity from events where id = $1', [eventId]);
  return rows[0]?.capacity ?? null;
}

// Row comparison: what can be bought comes first, of that what begins soonest; what is over comes last.
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

/** Ids of the next events, those first whose buyers wait; none at the end. */
export async function listEventsByUrgency(
  pool: pg.Pool,
  page: { readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(BY_URGENCY, [page.after, page.limit]);
  return rows.map(({ id }) => id);
}
