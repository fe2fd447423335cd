import type { UserTicket, UserTicketsReadModel } from '@box-office/contract';
import type pg from 'pg';

const TICKET = `jsonb_build_object(
  'ticketId', k.id, 'ticketType', k.ticket_type, 'serial', k.serial, 'eventId', k.event_id,
  'purchaseId', k.purchase_id, 'transactionId', t.transaction_id, 'priceMinor', k.price_minor, 'currency', k.currency,
  'status', case when k.cancellation_id is null then 'valid' else 'cancelling' end)`;

/** Oldest first, the tickets of a purchase by serial; pages and read models go by the same order. */
const ORDER = 'k.created_at, k.event_id, k.ticket_type, k.serial';

// Versions only rise and rows are never removed, so their sum orders the states of a user's tickets.
const READ_MODELS = `
select u.user_id, coalesce(v.version, 0) as version, coalesce(o.tickets, '[]') as tickets, o.last_ends_at
  from unnest($1::text[]) as u(user_id)
  left join lateral (
    select sum(version) as version from event_ticket_transactions where user_id = u.user_id
  ) v on true
  left join lateral (
    select jsonb_agg(${TICKET} order by ${ORDER}) as tickets, max(e.ends_at) as last_ends_at
      from event_tickets k join event_ticket_transactions t on t.id = k.purchase_id join events e on e.id = k.event_id
     where k.user_id = u.user_id and k.status = 'valid' and k.living
  ) o on true`;

/** A user's tickets, and when the last of their events ends; null without tickets. */
export interface UserTickets extends UserTicketsReadModel {
  readonly lastEventEndsAt: string | null;
}

interface UserRow {
  user_id: string;
  version: string;
  tickets: UserTicket[];
  last_ends_at: Date | null;
}

/** The tickets of these users for the read models `event_tickets:<user>`, as the record has them now. */
export async function readUserTickets(pool: pg.Pool, userIds: readonly string[]): Promise<UserTickets[]> {
  const { rows } = await pool.query<UserRow>({
    name: 'read-user-tickets',
    text: READ_MODELS,
    values: [userIds],
  });
  return rows.map((row) => ({
    userId: row.user_id,
    version: Number(row.version),
    tickets: row.tickets,
    lastEventEndsAt: row.last_ends_at?.toISOString() ?? null,
  }));
}

const PAGE = `
select ${TICKET} as ticket, k.id
  from event_tickets k join event_ticket_transactions t on t.id = k.purchase_id
 where k.user_id = $1 and k.status = 'valid' and k.living
   and ($2::uuid is null or (${ORDER}) > (select ${ORDER} from event_tickets k where k.id = $2))
 order by ${ORDER}
 limit $3`;

/** One page of a user's tickets, those that are being cancelled marked so, oldest first. `after` is the `next` of the page before. */
export async function listUserTickets(
  pool: pg.Pool,
  userId: string,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ tickets: UserTicket[]; next: string | null }> {
  const { rows } = await pool.query<{ ticket: UserTicket; id: string }>({
    name: 'list-user-tickets',
    text: PAGE,
    values: [userId, page.after ?? null, page.limit + 1],
  });
  const shown = rows.slice(0, page.limit);
  return {
    tickets: shown.map((row) => row.ticket),
    next: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null,
  };
}
