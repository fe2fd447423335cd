import type pg from 'pg';
import { issueReceipts, type ReceiptIssuer } from './issue.js';

// The message of a sale was recorded while no seller was set, or by a process of a release without receipts.
// Each branch reads the receipts of its purchase alone.
const MISSING = `
(select t.id from event_ticket_transactions t
  where t.confirmed_at >= (select at from receipt_start) and t.amount_minor > 0
    and not exists (select from receipts r where r.purchase_id = t.id)
  limit $1)
union all
(select c.purchase_id from ticket_cancellations c
   join receipts o on o.purchase_id = c.purchase_id and o.kind = 'receipt'
  where c.status = 'cancelled' and c.amount_minor > 0
    and not exists (select from receipts r where r.purchase_id = c.purchase_id and r.cancellation_id = c.id)
  limit $1)`;

/**
 * Issues receipts that no message will issue any more. Reads all purchases: call it rarely, over a pool
 * for statements that read many rows.
 *
 * @returns whether there may be more
 */
export async function issueMissingReceipts(pool: pg.Pool, issuer: ReceiptIssuer, limit: number): Promise<boolean> {
  const { rows } = await pool.query<{ id: string }>(MISSING, [limit]);
  if (rows.length === 0) return false;
  await issueReceipts(
    pool,
    issuer,
    rows.map(({ id }) => id),
  );
  return rows.length >= limit;
}
