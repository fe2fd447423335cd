import type { EventDetails } from '@box-office/contract';
import type pg from 'pg';
import { findEvents } from './find.js';

/** A page reads so many events at most, so that a search costs the same however many there are. */
const MAX_READ = 500;

/** Which events are wanted; what is left out does not matter. Instants are ISO 8601. */
export interface EventSearch {
  /** Each is in the name or the venue, whatever its case and accents. Descriptions are too long to be read for a page. */
  readonly words?: readonly string[];
  /** By status and times: what is left of it is Redis' to say. */
  readonly onSale?: boolean;
  /** Has a ticket type that costs nothing. */
  readonly free?: boolean;
  readonly startsFrom?: string;
  readonly startsBefore?: string;
  readonly endsFrom?: string;
}

/** Without case and accents in every script, whatever the database's own locale is. */
const plain = (text: string): string =>
  `lower(regexp_replace(normalize(${text}, NFD), '[\\u0300-\\u036f]', '', 'g') collate "und-x-icu")`;

const MATCHES = `
select e.id,
       ($2::text[] is null or ${plain(`concat_ws(' ', e.name, e.venue)`)} like all (
         array(select '%' || regexp_replace(${plain('word')}, '([\\\\%_])', '\\\\\\1', 'g') || '%' from unnest($2) word)))
   and ($3 is not true or (e.status = 'on_sale' and (e.sale_starts_at is null or e.sale_starts_at <= now())
                           and now() < least(e.sale_ends_at, e.ends_at)))
   and ($4 is not true or exists (select from event_ticket_types where event_id = e.id and price_minor = 0))
   and ($5::timestamptz is null or e.starts_at >= $5)
   and ($6::timestamptz is null or e.starts_at < $6) as matches
  from (select * from events
         where ($1::text is null or (length(id), id) > (length($1), $1))
           and ($7::timestamptz is null or ends_at >= $7)
         order by length(id), id limit ${MAX_READ}) e
 order by length(e.id), e.id`;

/**
 * One page of the events that match, in the order in which they were created. It may have fewer than `limit`, or none,
 * before the last page: `next` says whether there are more to read.
 */
export async function searchEvents(
  pool: pg.Pool,
  search: EventSearch,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ events: EventDetails[]; next: string | null }> {
  const { words = null, onSale = null, free = null, startsFrom = null, startsBefore = null, endsFrom = null } = search;
  const values = [page.after ?? null, words, onSale, free, startsFrom, startsBefore, endsFrom];
  const { rows: read } = await pool.query<{ id: string; matches: boolean }>(MATCHES, values);
  const found = read.flatMap(({ id, matches }) => (matches ? [id] : []));
  const ids = found.slice(0, page.limit);
  const events = await findEvents(pool, ids);
  const isWhole = read.length < MAX_READ && found.length <= page.limit;
  const last = found.length > page.limit ? ids.at(-1) : read.at(-1)?.id;
  return { events, next: isWhole ? null : (last ?? null) };
}
