import type pg from 'pg';
import { findCancellations } from '../cancellations/find.js';
import { messagesOfCancellation, messagesOfSale, type RecordedMessage } from '../messages/of-purchases.js';
import { findPurchases } from '../purchases/find.js';

const CANCELLATIONS = `
select id from ticket_cancellations
 where purchase_id = any($1::uuid[]) and status = 'cancelled' and settled_at is not null`;

// Each message has a line in one of the two, under its own id. The ids of the audit log are kept permanently.
const WRITTEN = `
select message_id from capacity_ledger where message_id = any($1::uuid[])
union all
select message_id from audit_messages where message_id = any($1::uuid[])`;

/**
 * The messages of these purchases' sales and settled cancellations that have no line in the ledger or the audit log:
 * identical to those that were published, or should have been.
 */
export async function findMissingMessages(pool: pg.Pool, purchaseIds: readonly string[]): Promise<RecordedMessage[]> {
  if (purchaseIds.length === 0) return [];
  const { rows: cancellations } = await pool.query<{ id: string }>(CANCELLATIONS, [purchaseIds]);
  const sales = await findPurchases(pool, purchaseIds);
  const cancelled = await findCancellations(
    pool,
    cancellations.map((row) => row.id),
  );
  const messages = [...sales.flatMap(messagesOfSale), ...cancelled.flatMap(messagesOfCancellation)];
  const written = await pool.query<{ message_id: string }>(WRITTEN, [messages.map(({ messageId }) => messageId)]);
  const known = new Set(written.rows.map((row) => row.message_id));
  return messages.filter(({ messageId }) => !known.has(messageId));
}
