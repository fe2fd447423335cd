import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';
import { findTickets, type TicketRow } from './find.js';

/** Tickets of an event whose person is searched for. */
export interface TicketSearch {
  readonly eventId: string;
  /**
   * Each word of it begins a word of the person's name or of the part of the e-mail address before the `@`, or the whole
   * address, whatever case and accents it has.
   */
  readonly text: string;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A ticket and the person by whose contact it was found. */
export interface FoundTicket extends TicketRow {
  readonly name: string;
  readonly email: string;
  /** The one who took the ticket over may have no contact; then it is found by its buyer's. */
  readonly nameOf: 'holder' | 'buyer';
  /** Its admission; null while it is not admitted. */
  readonly checkInId: string | null;
}

const QUERY = `
select string_agg(format('''%s'':*', regexp_replace(word, '([''\\\\])', '\\\\\\1', 'g')), ' & ')::tsquery::text as query
  from unnest(search_words($1)) word`;

// Few people have the words, or few the tickets: planned for its values, it begins where fewer are. A word that many have
// costs no more than the event has tickets.
const SEARCH = `
with people as not materialized (
  select user_id, name, email, name collate "und-x-icu" as position from contacts
   where array_to_tsvector(search_words(name || ' ' || email || ' ' || split_part(email, '@', 1))) @@ $2::tsquery
), found as (
  select c.*, k.id, k.ticket_type, k.serial, k.admission_id, 'holder' as name_of
    from people c join event_tickets k on k.holder_id = c.user_id
   where k.event_id = $1 and k.status in ('valid', 'cancelled')
  union all
  select c.*, k.id, k.ticket_type, k.serial, k.admission_id, case when k.holder_id is null then 'holder' else 'buyer' end
    from people c
    join event_ticket_transactions p on p.user_id = c.user_id
    join event_tickets k on k.purchase_id = p.id
   where p.event_id = $1 and k.status in ('valid', 'cancelled')
     and (k.holder_id is null or not exists (select from contacts h where h.user_id = k.holder_id))
)
select id, admission_id as check_in_id, name, email, name_of from found
 where $3::uuid is null or (position, user_id, ticket_type, serial) >
       (select position, user_id, ticket_type, serial from found where id = $3)
 order by position, user_id, ticket_type, serial limit $4`;

type Found = Pick<FoundTicket, 'name' | 'email' | 'nameOf' | 'checkInId'> & { readonly id: string };

/** A page of the tickets of people with these words in name or e-mail address, by name. */
export async function searchTickets(
  pool: pg.Pool,
  { eventId, text, after, limit }: TicketSearch,
): Promise<{ readonly tickets: readonly FoundTicket[]; readonly next: string | null }> {
  const [words] = await rowsOf<{ query: string | null }>(pool, QUERY, [text]);
  const rows = await rowsOf<Found>(pool, SEARCH, [eventId, words?.query ?? null, after ?? null, limit + 1]);
  const { items, next } = pageOf(rows, limit, ({ id }) => id);
  const ids = items.map(({ id }) => id);
  const tickets = new Map((await findTickets(pool, ids)).map((one) => [one.ticketId, one]));
  const found = items.flatMap(({ id, ...person }) => {
    const ticket = tickets.get(id);
    return ticket === undefined ? [] : [{ ...ticket, ...person }];
  });
  return { tickets: found, next };
}
