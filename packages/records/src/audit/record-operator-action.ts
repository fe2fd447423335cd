import { operatorActionIdOf } from '@box-office/contract/derive';
import type pg from 'pg';
import { appendAuditLines } from './append.js';

/** What an operator decided about purchases, for the audit log. */
export interface OperatorAction {
  readonly operator: string;
  readonly reason: string;
  readonly action: string;
  /** The step that was stuck. */
  readonly step: string;
  readonly purchaseIds: readonly string[];
  /** With a corrected payment: the method named. */
  readonly paymentMethod?: string;
  /** Id of the update that brought the decision: the same id is recorded once per purchase. */
  readonly updateId: string;
}

const PURCHASES = `
select id, transaction_id, user_id, event_id, amount_minor, currency, status, payment_method
  from event_ticket_transactions
 where id = any($1::uuid[])`;

interface Row {
  readonly id: string;
  readonly transaction_id: string;
  readonly user_id: string;
  readonly event_id: string;
  readonly amount_minor: string;
  readonly currency: string;
  readonly status: string;
  readonly payment_method: string;
}

/** Writes one audit line per purchase: who decided what, and why. Idempotent by update id and purchase. */
export async function recordOperatorAction(pool: pg.Pool, action: OperatorAction): Promise<void> {
  const { operator, reason, step, paymentMethod, updateId, purchaseIds } = action;
  const { rows } = await pool.query<Row>(PURCHASES, [purchaseIds]);
  const occurredAt = new Date().toISOString();
  const lines = rows.map((row) => ({
    messageId: operatorActionIdOf(row.id, updateId),
    kind: 'operator',
    actor: operator,
    purchaseId: row.id,
    transactionId: row.transaction_id,
    userId: row.user_id,
    eventId: row.event_id,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
    requestId: updateId,
    occurredAt,
    before: { status: row.status, step, ...(paymentMethod !== undefined && { paymentMethod: row.payment_method }) },
    after: { decision: action.action, ...(paymentMethod !== undefined && { paymentMethod }) },
    details: { operator, reason, action: action.action, step, paymentMethod, statusBefore: row.status },
  }));
  await appendAuditLines(pool, lines);
}
