import type { Hold } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf, type Queryable } from '../rows.js';
import { HOLD_COLUMNS } from './hold-row.js';

/** The hold of this id, or null. */
export async function findHold(db: Queryable, holdId: string): Promise<Hold | null> {
  const text = `select ${HOLD_COLUMNS} from ticket_holds h where h.id = $1`;
  return (await rowsOf<Hold>(db, text, [holdId], 'find-hold'))[0] ?? null;
}

const OVERDUE = `
select ${HOLD_COLUMNS} from ticket_holds h
 where h.status = 'active' and h.expires_at < now() - make_interval(secs => $1)
   and ($2::uuid is null or (h.expires_at, h.id) > (select expires_at, id from ticket_holds where id = $2))
 order by h.expires_at, h.id
 limit $3`;

/**
 * Active holds whose time is over, longest first: their workflow is late or closed. `after` is the last one of the
 * previous page.
 */
export async function findOverdueHolds(
  pool: pg.Pool,
  page: { readonly overdueMs: number; readonly after: string | null; readonly limit: number },
): Promise<Hold[]> {
  return rowsOf<Hold>(pool, OVERDUE, [page.overdueMs / 1000, page.after, page.limit]);
}

/** Those of these holds that are active and will be for a while: only their buyer can change them. */
export async function findActiveHolds(pool: pg.Pool, holdIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>(ACTIVE, [holdIds, ABOUT_TO_END_S]);
  return new Set(rows.map(({ id }) => id));
}

/** This long before its time is over a hold may be ending already, by another machine's clock. */
const ABOUT_TO_END_S = 5;

const ACTIVE = `
select id from ticket_holds
 where id = any($1::uuid[]) and status = 'active' and expires_at > now() + make_interval(secs => $2)`;
