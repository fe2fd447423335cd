import type { Hold } from '@box-office/contract';
import type pg from 'pg';
import { pageConditions, type ListFilter } from '../purchases/list.js';
import { pageOf, rowsOf } from '../rows.js';
import { HOLD_COLUMNS, holdStatus } from './hold-row.js';

/** One page of holds, newest first. */
export async function listHolds(pool: pg.Pool, filter: ListFilter): Promise<{ holds: Hold[]; next: string | null }> {
  const { text, values } = pageConditions('ticket_holds', holdStatus('x'), filter);
  const rows = await rowsOf<Hold>(
    pool,
    `select ${HOLD_COLUMNS} from (select * from ticket_holds x ${text}) h order by h.created_at desc, h.id desc`,
    values,
  );
  const { items: holds, next } = pageOf(rows, filter.limit, ({ holdId }) => holdId);
  return { holds, next };
}
