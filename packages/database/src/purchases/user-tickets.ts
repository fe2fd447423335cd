import type { UserTicket, UserTicketsReadModel } from '@box-office/contract';
import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';

const TICKET = `jsonb_build_object(
  'ticketId', k.id, 'ticketType', k.ticket_type, 'serial', k.serial, 'eventId', k.event_id,
  'purchaseId', k.purchase_id, 'transactionId', t.transaction_id, 'priceMinor', k.price_minor, 'currency', k.currency,
  'status', case when k.cancellation_id is null then 'valid' else 'cancelling' end)`;

/** Oldest first, the tickets of a purchase by serial. Pages and read models use the same order. */
const ORDER = 'k.created_at, k.event_id, k.ticket_type, k.serial';

/**
 * Most tickets in a read model, which is written at each sale to its user. A page of the list from PostgreSQL has no
 * such limit.
 */
export const MAX_TICKETS_IN_READ_MODEL = 200;

const NEWEST_FIRST = 'k.created_at desc, k.event_id desc, k.ticket_type desc, k.serial desc';

// The version is the number of transactions of this database that had ended when the tickets were read: a later read,
// which sees more, has a higher one. Its cost does not depend on how much the user has bought.
const READ_MODELS = `
select u.user_id, o.tickets, o.truncated, o.last_event_ends_at,
       pg_snapshot_xmax(s.now)::text::bigint - (select count(*) from pg_snapshot_xip(s.now)) as version
  from unnest($1::text[]) as u(user_id)
  cross join (select pg_current_snapshot() as now) s
  cross join lateral (
    select coalesce(jsonb_agg(n.ticket order by n.place desc) filter (where n.place <= $2), '[]') as tickets,
           count(*) > $2 as truncated,
           max(n.ends_at) filter (where n.place <= $2) as last_event_ends_at
      from (
        select ${TICKET} as ticket, e.ends_at, row_number() over (order by ${NEWEST_FIRST}) as place
          from event_tickets k
          join event_ticket_transactions t on t.id = k.purchase_id
          join events e on e.id = k.event_id
         where k.user_id = u.user_id and k.status = 'valid' and k.serial_in_use
         order by ${NEWEST_FIRST}
         limit $2 + 1
      ) n
  ) o`;

/** A user's read model, and when the last of its events ends; null without tickets. */
export interface UserTickets extends UserTicketsReadModel {
  readonly lastEventEndsAt: string | null;
}

/** The read models `event_tickets:<user>` of these users, from PostgreSQL. */
export async function readUserTickets(pool: pg.Pool, userIds: readonly string[]): Promise<UserTickets[]> {
  type Row = Omit<UserTickets, 'truncated'> & { readonly truncated: boolean };
  const rows = await rowsOf<Row>(pool, READ_MODELS, [userIds, MAX_TICKETS_IN_READ_MODEL], 'read-user-tickets');
  return rows.map(({ truncated, ...model }) => ({ ...model, ...(truncated && { truncated }) }));
}

const PAGE = `
select ${TICKET} as ticket
  from event_tickets k join event_ticket_transactions t on t.id = k.purchase_id
 where k.user_id = $1 and k.status = 'valid' and k.serial_in_use
   and ($2::uuid is null or (${ORDER}) > (select ${ORDER} from event_tickets k where k.id = $2))
 order by ${ORDER}
 limit $3`;

/**
 * One page of a user's tickets, oldest first, with a mark on those that are being cancelled. `after` is the `next` of
 * the previous page.
 */
export async function listUserTickets(
  pool: pg.Pool,
  userId: string,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ tickets: UserTicket[]; next: string | null }> {
  // Not prepared: the first page and later pages need different plans, each of which is a range of the index.
  const rows = await rowsOf<{ ticket: UserTicket }>(pool, PAGE, [userId, page.after ?? null, page.limit + 1]);
  const { items, next } = pageOf(rows, page.limit, ({ ticket }) => ticket.ticketId);
  return { tickets: items.map(({ ticket }) => ticket), next };
}
