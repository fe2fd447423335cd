import type pg from 'pg';

// A purchase comes out of motion when it gets its outcome, and when its last cancellation is settled.
const PAGE = `
select id from event_ticket_transactions t
 where event_id = $1
   and ($2::timestamptz is null or updated_at > $2
     or exists (select from ticket_cancellations c where c.purchase_id = t.id and c.settled_at > $2))
   and ($3::uuid is null or (created_at, id) > (select created_at, id from event_ticket_transactions where id = $3))
 order by created_at, id
 limit $4`;

/**
 * Ids of an event's purchases, oldest first; `after` is the last one of the page before.
 *
 * @param page.changedSince only those that were changed since then, ISO 8601
 */
export async function listEventPurchases(
  pool: pg.Pool,
  page: {
    readonly eventId: string;
    readonly changedSince: string | null;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'list-event-purchases',
    text: PAGE,
    values: [page.eventId, page.changedSince, page.after, page.limit],
  });
  return rows.map((row) => row.id);
}
