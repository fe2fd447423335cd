import type pg from 'pg';

/** Rows that one statement reads, however few of them have changed. */
const SCANNED_PER_PAGE = 5_000;

// A purchase becomes quiescent when it gets its outcome, and when its last cancellation is settled.
const PAGE = `
with scanned as (
  select id, created_at,
         $2::timestamptz is null or updated_at > $2
         or exists (select from ticket_cancellations c where c.purchase_id = t.id and c.settled_at > $2) as changed
    from event_ticket_transactions t
   where event_id = $1
     and ($3::uuid is null or (created_at, id) > (select created_at, id from event_ticket_transactions where id = $3))
   order by created_at, id
   limit $5
), page as (
  select id, created_at from scanned where changed order by created_at, id limit $4
)
select coalesce((select array_agg(id order by created_at, id) from page), '{}') as ids,
       case when (select count(*) from page) = $4 then (select id from page order by created_at desc, id desc limit 1)
            when (select count(*) from scanned) = $5 then (select id from scanned order by created_at desc, id desc limit 1)
       end as next`;

/**
 * Ids of an event's purchases, oldest first. `after` is the `next` of the previous page. A page may have few ids or
 * none; only the last page has no `next`.
 *
 * @param page.changedSince only those that have changed since then, ISO 8601
 */
export async function listEventPurchases(
  pool: pg.Pool,
  page: {
    readonly eventId: string;
    readonly changedSince: string | null;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<{ readonly ids: readonly string[]; readonly next: string | null }> {
  const { eventId, changedSince, after, limit } = page;
  const { rows } = await pool.query<{ ids: string[]; next: string | null }>(PAGE, [
    eventId,
    changedSince,
    after,
    limit,
    SCANNED_PER_PAGE,
  ]);
  return rows[0] ?? { ids: [], next: null };
}
