import { operatorActionIdOf } from '@box-office/contract/derive';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { appendAuditLines, type NewAuditLine } from './append.js';
import { operatorLine } from './operator-line.js';
import { operatorOfRequest, operatorRequestId } from './operator-requests.js';

/** What an operator decided about a step that was stuck, for the audit log. */
export interface Resolution {
  readonly operator: string;
  readonly reason: string;
  readonly action: string;
  /** The step that needed the decision. */
  readonly step: string;
  readonly purchaseIds: readonly string[];
  /** The corrected payment method. */
  readonly paymentMethod?: string;
  /** Id of the Temporal update with the decision: the same id is recorded once per purchase. */
  readonly updateId: string;
  /** The workflow that received the decision; the line is about it if the step is about a hold or a whole event. */
  readonly workflowId: string;
}

/** A decision in the audit log. */
export type RecordedResolution = Pick<Resolution, 'action' | 'step' | 'reason' | 'paymentMethod'>;

const PURCHASES = `
select id as purchase_id, transaction_id, user_id, event_id, amount_minor, currency, status, payment_method
  from event_ticket_transactions
 where id = any($1::uuid[])`;

interface Row extends Pick<NewAuditLine, 'transactionId' | 'userId' | 'eventId' | 'amountMinor' | 'currency'> {
  readonly purchaseId: string;
  readonly status: string;
  readonly paymentMethod: string | null;
}

/** Writes one audit line per purchase: who decided what, and why. Idempotent by update id and purchase. */
export async function recordResolution(db: pg.Pool | pg.ClientBase, resolution: Resolution): Promise<void> {
  const { operator, reason, action, step, purchaseIds, paymentMethod, updateId, workflowId } = resolution;
  const rows = await rowsOf<Row>(db, PURCHASES, [purchaseIds]);
  const noted = purchaseIds.map((purchaseId) => operatorRequestId.resolve(purchaseId, updateId));
  const by = await operatorOfRequest(db, noted, operator);
  const common = {
    by,
    action,
    reason,
    requestId: updateId,
    after: { decision: action, ...(paymentMethod !== undefined && { paymentMethod }) },
  };
  const details = {
    step,
    workflowId,
    ...(paymentMethod !== undefined && { paymentMethod }),
  };
  const ofPurchases = rows.map(({ status, paymentMethod: before, ...purchase }) => ({
    ...common,
    ...purchase,
    messageId: operatorActionIdOf(purchase.purchaseId, updateId),
    before: { status, step, ...(paymentMethod !== undefined && { paymentMethod: before }) },
    details: { ...details, statusBefore: status },
  }));
  const ofWorkflow = { ...common, messageId: operatorActionIdOf(workflowId, updateId), before: { step }, details };
  await appendAuditLines(db, (ofPurchases.length > 0 ? ofPurchases : [ofWorkflow]).map(operatorLine));
}

const BY_UPDATE = `
select details from audit_logs where purchase_id = $1 and kind = 'operator' and message_id = $2`;

/** The decision of an update about a purchase; null if none was recorded under its id. */
export async function findResolution(
  pool: pg.Pool,
  purchaseId: string,
  updateId: string,
): Promise<RecordedResolution | null> {
  const values = [purchaseId, operatorActionIdOf(purchaseId, updateId)];
  const [line] = await rowsOf<{ details: RecordedResolution }>(pool, BY_UPDATE, values, 'find-resolution');
  return line?.details ?? null;
}
