import type { Dispute, OperatorChannel } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
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
  /** Oldest first. */
  readonly disputes: readonly Dispute[];
}

const MAX_LISTED = 100;

const OWNER = `select owner_workflow_id from event_ticket_transactions where id = $1`;
const CANCELLATIONS = `
select id from ticket_cancellations where purchase_id = $1 order by requested_at, id limit ${MAX_LISTED}`;
const DECISIONS = `
select occurred_at as at, coalesce(actor, '') as operator, coalesce((details ->> 'actorVerified')::boolean, false) as verified,
       details ->> 'channel' as channel, coalesce(details ->> 'action', '') as action, details ->> 'step' as step,
       coalesce(details ->> 'reason', '') as reason
  from audit_logs
 where purchase_id = $1 and kind = 'operator' order by id limit ${MAX_LISTED}`;
const DISPUTES = `
select id as dispute_id, authorisation_id, amount_minor, currency, reason, status, respond_by, created_at, changed_at
  from disputes where purchase_id = $1 order by created_at, id limit ${MAX_LISTED}`;

/** What operators need to know of this purchase; empty if it has no row. */
export async function readPurchaseForOperators(pool: pg.Pool, purchaseId: string): Promise<PurchaseForOperators> {
  const [owner, ids, decisions, disputes] = await Promise.all([
    rowsOf<{ ownerWorkflowId: string }>(pool, OWNER, [purchaseId]),
    rowsOf<{ id: string }>(pool, CANCELLATIONS, [purchaseId]),
    rowsOf<RecordedDecision>(pool, DECISIONS, [purchaseId]),
    rowsOf<Dispute>(pool, DISPUTES, [purchaseId]),
  ]);
  return {
    ownerWorkflowId: owner[0]?.ownerWorkflowId ?? null,
    cancellations: await findCancellations(
      pool,
      ids.map(({ id }) => id),
    ),
    decisions,
    disputes,
  };
}

const WAITING = `
select purchase_id, id as cancellation_id, requested_by, by_operator, requested_at from ticket_cancellations
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
  return rowsOf<WaitingCancellation>(pool, WAITING, [purchaseIds], 'list-waiting-cancellations');
}
