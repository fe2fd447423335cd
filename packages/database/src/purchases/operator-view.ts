import type { OperatorChannel } from '@box-office/contract';
import type pg from 'pg';
import { findCancellations, type Cancellation } from '../cancellations/find.js';

/** An operator's decision about a purchase, from the audit log. The channel of an old line is not known. */
export interface RecordedDecision {
  /** ISO 8601. */
  readonly at: string;
  readonly operator: string;
  readonly verified: boolean;
  readonly channel: OperatorChannel | null;
  readonly action: string;
  readonly step: string | null;
  readonly reason: string;
}

/** What operators need to know of a purchase besides its state. */
export interface PurchaseForOperators {
  /** The workflow that claimed it: its own, or that of the batch in which it was decided. Null before it was claimed. */
  readonly ownerWorkflowId: string | null;
  /** Oldest first. */
  readonly cancellations: readonly Cancellation[];
  readonly decisions: readonly RecordedDecision[];
}

const MAX_LISTED = 100;

const OWNER = `select owner_workflow_id from event_ticket_transactions where id = $1`;
const CANCELLATIONS = `
select id from ticket_cancellations where purchase_id = $1 order by requested_at, id limit ${MAX_LISTED}`;
const DECISIONS = `
select occurred_at, actor, details from audit_logs
 where purchase_id = $1 and kind = 'operator' order by id limit ${MAX_LISTED}`;

interface DecisionRow {
  readonly occurred_at: Date;
  readonly actor: string | null;
  readonly details: {
    readonly action?: string;
    readonly step?: string;
    readonly reason?: string;
    readonly actorVerified?: boolean;
    readonly channel?: OperatorChannel;
  };
}

/** Reads it. It is empty for a purchase without a row. */
export async function readPurchaseForOperators(pool: pg.Pool, purchaseId: string): Promise<PurchaseForOperators> {
  const [owner, ids, decisions] = await Promise.all([
    pool.query<{ owner_workflow_id: string }>(OWNER, [purchaseId]),
    pool.query<{ id: string }>(CANCELLATIONS, [purchaseId]),
    pool.query<DecisionRow>(DECISIONS, [purchaseId]),
  ]);
  return {
    ownerWorkflowId: owner.rows[0]?.owner_workflow_id ?? null,
    cancellations: await findCancellations(
      pool,
      ids.rows.map(({ id }) => id),
    ),
    decisions: decisions.rows.map(({ occurred_at: at, actor, details }) => ({
      at: at.toISOString(),
      operator: actor ?? '',
      verified: details.actorVerified ?? false,
      channel: details.channel ?? null,
      action: details.action ?? '',
      step: details.step ?? null,
      reason: details.reason ?? '',
    })),
  };
}

const WAITING = `
select purchase_id, id, requested_by, by_operator, requested_at from ticket_cancellations
 where purchase_id = any($1::uuid[]) and status = 'waiting'
 order by requested_at, id`;

/** A cancellation that waits for the outcome of its purchase, which was asked to stop. */
export interface WaitingCancellation {
  readonly purchaseId: string;
  readonly cancellationId: string;
  readonly requestedBy: string;
  readonly byOperator: boolean;
  readonly requestedAt: string;
}

/** The cancellations that wait for these purchases, oldest first. */
export async function listWaitingCancellations(
  pool: pg.Pool,
  purchaseIds: readonly string[],
): Promise<WaitingCancellation[]> {
  if (purchaseIds.length === 0) return [];
  const { rows } = await pool.query<{
    purchase_id: string;
    id: string;
    requested_by: string;
    by_operator: boolean;
    requested_at: Date;
  }>({ name: 'list-waiting-cancellations', text: WAITING, values: [purchaseIds] });
  return rows.map((row) => ({
    purchaseId: row.purchase_id,
    cancellationId: row.id,
    requestedBy: row.requested_by,
    byOperator: row.by_operator,
    requestedAt: row.requested_at.toISOString(),
  }));
}
