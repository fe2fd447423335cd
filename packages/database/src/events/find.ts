import type { EventDetails, Fee, RebuildPlace, RefundRules } from '@box-office/contract';
import type pg from 'pg';
import { pageOf, rowsOf, type Queryable } from '../rows.js';

const SELECT = `
select e.id, e.revision, e.name, e.description, e.venue, e.starts_at, e.ends_at, e.time_zone, e.currency, e.status,
       e.sale_starts_at, e.sale_ends_at, e.cancellable_until, e.limit_per_buyer, e.purchase_fee, e.refund_rules,
       y.ticket_types
  from events e
  cross join lateral (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'name', name, 'priceMinor', price_minor, 'total', total, 'taxRatePpm', nullif(tax_rate_ppm, 0),
             'netPriceMinor', net_price_minor, 'fee', fee)) order by position) as ticket_types
      from event_ticket_types where event_id = e.id
  ) y`;

type Row = Omit<EventDetails, 'purchaseFee' | 'refundRules'> & {
  readonly purchaseFee: Fee | null;
  readonly refundRules: RefundRules | null;
};

const detailsOf = ({ purchaseFee, refundRules, ...event }: Row): EventDetails => ({
  ...event,
  ...(purchaseFee !== null && { purchaseFee }),
  ...(refundRules !== null && { refundRules }),
});

/** The event, or null if it does not exist. */
export async function findEvent(db: Queryable, eventId: string): Promise<EventDetails | null> {
  const [row] = await rowsOf<Row>(db, `${SELECT} where e.id = $1`, [eventId], 'find-event');
  return row ? detailsOf(row) : null;
}

/** These events, in the order in which they were created. */
export async function findEvents(pool: pg.Pool, ids: readonly string[]): Promise<EventDetails[]> {
  const rows = await rowsOf<Row>(pool, `${SELECT} where e.id = any($1) order by length(e.id), e.id`, [ids]);
  return rows.map(detailsOf);
}

const PAGE = `${SELECT}
 where $1::text is null or (length(e.id), e.id) > (length($1), $1)
 order by length(e.id), e.id
 limit $2`;

/** One page of events in the order in which they were created. `after` is the `next` of the page before. */
export async function listEvents(
  pool: pg.Pool,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ events: EventDetails[]; next: string | null }> {
  // Not prepared: the first page and later pages need different plans, each of which is a range of the index.
  const rows = (await rowsOf<Row>(pool, PAGE, [page.after ?? null, page.limit + 1])).map(detailsOf);
  const { items: events, next } = pageOf(rows, page.limit, ({ id }) => id);
  return { events, next };
}

// First events on sale, soonest first; then closed ones, then those that have ended; last those that changed since the
// list was begun, in the order of their ids. So the place of an event only ever moves towards the end, and no event is
// skipped. A change has the time at which its transaction began, and becomes visible after that.
const BY_URGENCY = `
with ranked as (
  select id, since,
         case when updated_at > since then 3 when ends_at < now() then 2 when status = 'on_sale' then 0 else 1 end as rank,
         case when updated_at > since then since else starts_at end as starts_at
    from events cross join coalesce($1::timestamptz, now() - interval '1 min') as since
)
select id as event_id, rank, starts_at::text as starts_at, since::text as since from ranked
 where $1 is null or (rank, starts_at, id) > ($2::integer, $3::timestamptz, $4::text)
 order by rank, ranked.starts_at, id
 limit $5`;

/** The next events, those first whose buyers wait; empty at the end. */
export function listEventsByUrgency(
  pool: pg.Pool,
  { after, limit }: { readonly after: RebuildPlace | null; readonly limit: number },
): Promise<RebuildPlace[]> {
  return rowsOf<RebuildPlace>(pool, BY_URGENCY, [after?.since, after?.rank, after?.startsAt, after?.eventId, limit]);
}
