import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';
import { findPurchases, type PurchaseRow } from './find.js';

/** Which rows a list has: at least one of buyer and event is given. */
export interface ListFilter {
  readonly userId?: string;
  readonly eventId?: string;
  readonly status?: string;
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Conditions of a page, newest first, and their values. One statement for each choice of filters, so that each is planned
 * with the index that fits it.
 *
 * @throws RangeError without buyer and event: no index orders all rows there are
 */
export function pageConditions(table: string, status: string, filter: ListFilter): { text: string; values: unknown[] } {
  const { userId, eventId, after, limit } = filter;
  if (userId === undefined && eventId === undefined) throw new RangeError('a list is of a buyer or of an event');
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add((place) => `x.user_id = ${place}`, userId);
  add((place) => `x.event_id = ${place}`, eventId);
  add((place) => `${status} = ${place}`, filter.status);
  add((place) => `(x.created_at, x.id) < (select created_at, id from ${table} where id = ${place}::uuid)`, after);
  values.push(limit + 1);
  const text = `where ${conditions.join(' and ')} order by x.created_at desc, x.id desc limit $${values.length}`;
  return { text, values };
}

const STATUS = `case when x.outcome is null then 'open' else x.status end`;

/** One page of purchases, newest first. The status `open` is that of purchases without an outcome. */
export async function listPurchases(
  pool: pg.Pool,
  filter: ListFilter,
): Promise<{ purchases: PurchaseRow[]; next: string | null }> {
  const { text, values } = pageConditions('event_ticket_transactions', STATUS, filter);
  const rows = await rowsOf<{ id: string }>(pool, `select x.id from event_ticket_transactions x ${text}`, values);
  const { items, next } = pageOf(rows, filter.limit, ({ id }) => id);
  const ids = items.map(({ id }) => id);
  const found = new Map((await findPurchases(pool, ids)).map((purchase) => [purchase.purchaseId, purchase]));
  return { purchases: ids.flatMap((id) => found.get(id) ?? []), next };
}
