import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A purchase whose payments are not as expected. */
export interface UnresolvedPayment {
  readonly purchaseId: string;
  /** Authorisations of it that are known apart from the one that PostgreSQL has. */
  readonly authorisationIds: readonly string[];
  /** Grows whenever the purchase is added or taken again. */
  readonly turn: number;
}

const ADD = `
insert into unresolved_payments as u (purchase_id, authorisation_ids)
select i."purchaseId", i."authorisationIds"
  from jsonb_to_recordset($1) as i("purchaseId" text, "authorisationIds" text[])
 order by 1
on conflict (purchase_id) do update set turn = default,
  authorisation_ids = array(select distinct unnest(u.authorisation_ids || excluded.authorisation_ids))`;

/** Remembers purchases to be checked again. Their ids must be distinct. */
export async function addUnresolvedPayments(
  pool: pg.Pool,
  purchases: readonly Omit<UnresolvedPayment, 'turn'>[],
): Promise<void> {
  if (purchases.length > 0) await pool.query(ADD, [JSON.stringify(purchases)]);
}

const TAKE = `
with taken as (
  update unresolved_payments set turn = default
   where purchase_id in (select purchase_id from unresolved_payments order by turn limit $1 for update skip locked)
  returning purchase_id, authorisation_ids, turn)
select * from taken order by turn`;

/** Those that were not checked for longest, by turn. The next call begins with others. */
export function takeUnresolvedPayments(pool: pg.Pool, limit: number): Promise<UnresolvedPayment[]> {
  return rowsOf<UnresolvedPayment>(pool, TAKE, [limit]);
}

/** Whether purchases are left that were neither added nor taken since this turn. */
export async function hasUnresolvedBefore(pool: pg.Pool, turn: number): Promise<boolean> {
  const { rowCount } = await pool.query('select from unresolved_payments where turn < $1 limit 1', [turn]);
  return rowCount === 1;
}

const READ = `
select purchase_id, authorisation_ids, turn from unresolved_payments where purchase_id = any($1::text[])`;

/** Those of these purchases that are unresolved. */
export function readUnresolvedPayments(pool: pg.Pool, purchaseIds: readonly string[]): Promise<UnresolvedPayment[]> {
  return rowsOf<UnresolvedPayment>(pool, READ, [purchaseIds]);
}

const REMOVE = `
delete from unresolved_payments u
 using jsonb_to_recordset($1) as i("purchaseId" text, turn bigint)
 where u.purchase_id = i."purchaseId" and u.turn = i.turn`;

/** Forgets purchases, except those that were added or taken again since they were read. */
export async function removeUnresolvedPayments(pool: pg.Pool, payments: readonly UnresolvedPayment[]): Promise<void> {
  if (payments.length > 0) await pool.query(REMOVE, [JSON.stringify(payments)]);
}
