import { operatorActionIdOf } from '@box-office/contract/derive';
import type pg from 'pg';

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

const RECORD = `
insert into audit_logs (message_id, kind, purchase_id, transaction_id, user_id, event_id, amount_minor, currency,
                        request_id, details, occurred_at)
select i."messageId", 'operator', t.id, t.transaction_id, t.user_id, t.event_id, t.amount_minor, t.currency,
       $2, $3::jsonb || jsonb_build_object('statusBefore', t.status), now()
  from jsonb_to_recordset($1) as i("messageId" uuid, "purchaseId" uuid)
  join event_ticket_transactions t on t.id = i."purchaseId"
on conflict (message_id) do nothing`;

/** Writes one audit line per purchase: who decided what, and why. Idempotent by update id and purchase. */
export async function recordOperatorAction(pool: pg.Pool, action: OperatorAction): Promise<void> {
  const lines = action.purchaseIds.map((purchaseId) => ({
    purchaseId,
    messageId: operatorActionIdOf(purchaseId, action.updateId),
  }));
  const { operator, reason, step, paymentMethod } = action;
  const details = { operator, reason, action: action.action, step, paymentMethod };
  await pool.query(RECORD, [JSON.stringify(lines), action.updateId, JSON.stringify(details)]);
}
