/** Task queue of the audit consumer's worker. */
export const AUDIT_TASK_QUEUE = 'box-office-audit';

/** Registered name of the workflow that compares the stores, and id of the Schedule that starts it. */
export const RECONCILIATION_WORKFLOW = 'reconciliation';
export const RECONCILIATION_SCHEDULE = 'reconciliation';
/** Id of a run that an operator starts: at most one runs at a time for an event, and one for all events. */
export const reconciliationWorkflowId = (eventId: string | null): string => `reconciliation/${eventId ?? 'all'}`;

/** Registered name of the workflow that rebuilds inventories, read models and capacities from PostgreSQL. */
export const REBUILD_WORKFLOW = 'rebuild';
export const rebuildWorkflowId = (eventId: string | null): string => `rebuild/${eventId ?? 'all'}`;

/**
 * Registered name of the workflow that recovers abandoned purchases, cancellations and holds, and id of the Schedule
 * that starts it. It is a workflow of its own, so that recovery never waits for a comparison.
 */
export const RECOVERY_WORKFLOW = 'recovery';
export const RECOVERY_SCHEDULE = 'recovery';

/** Registered name, and id, of the workflow that rebuilds all of Redis after it lost its data. */
export const REDIS_REBUILD_WORKFLOW = 'redisRebuild';

/** Result of a recovery run, and the details of its failure if a step failed. The Schedule's next run continues at `closedUntil`. */
export interface RecoveryResult {
  /** Id of the workflow's first run; its findings refer to it. */
  readonly reconciliationId: string;
  readonly recovered: number;
  /** Workflows that closed before this instant are checked; ISO 8601, null if not known. */
  readonly closedUntil: string | null;
}

/** Argument of the workflow that rebuilds Redis. */
export interface RedisRebuildRequest {
  /** How the loss was detected, for people. */
  readonly cause: string;
  /** Where the previous run continued as new; absent in the first run. */
  readonly from?: RedisRebuildPosition;
}

/** Inventories come first, because sales depend on them. Both phases begin with the most urgent events. */
export interface RedisRebuildPosition {
  readonly phase: 'inventories' | 'read_models';
  /** The last event that is done; null at the beginning of the phase. */
  readonly after: RebuildPlace | null;
  readonly result: RedisRebuildResult;
}

/** The place of an event in the order of a phase. Whatever happens to the event, its place moves only towards the end. */
export interface RebuildPlace {
  readonly eventId: string;
  readonly rank: number;
  /** With the precision of PostgreSQL. */
  readonly startsAt: string;
  /** Events that change after this time come last. */
  readonly since: string;
}

/** Counts of what was rebuilt. */
export interface RedisRebuildResult {
  readonly events: number;
  /** Inventories that were unusable. */
  readonly inventories: number;
  /** Read models that were rewritten. */
  readonly readModels: number;
}

/**
 * What a reconciliation run checks. `changed`, the scope of the Schedule: the events that changed since their last
 * check, and some of the others in rotation. The other scopes, of operators: everything in them.
 */
export interface ReconciliationRequest {
  /** Subject of the operator's token, or `schedule`. */
  readonly requestedBy: string;
  readonly scope: 'changed' | 'all' | { readonly eventId: string };
  /** Where the previous run continued as new; absent in the first run. */
  readonly from?: ReconciliationPosition;
}

/** Progress of a reconciliation run, for continue-as-new. */
export interface ReconciliationPosition {
  readonly counts: ReconciliationCounts;
  /** Events that were checked in rotation, not because they changed. */
  readonly inTurn: number;
}

/** Counts of what a reconciliation run did. */
export interface ReconciliationCounts {
  readonly events: number;
  /** Purchases, cancellations and holds whose workflow was lost and that were recovered. */
  readonly recovered: number;
  /** Discrepancies that the second check confirmed. */
  readonly found: number;
  readonly repaired: number;
  readonly handedOver: number;
  /** Steps that failed: what they would have compared is not known. Earlier releases leave it out. */
  readonly failedSteps?: number | undefined;
  /** The run reached its limit before it had compared all payments that moved. */
  readonly paymentsLeft?: boolean | undefined;
}

export interface ReconciliationResult extends ReconciliationCounts {
  /** Id of the workflow's first run; its findings refer to it. */
  readonly reconciliationId: string;
}

export interface RebuildRequest {
  readonly requestedBy: string;
  /** Null for all events. */
  readonly eventId: string | null;
  /** Where the previous run continued as new; absent in the first run. */
  readonly from?: { readonly after: string | null; readonly result: RebuildResult };
}

/** Counts of what a rebuild did. */
export interface RebuildResult {
  readonly events: number;
  /** Read models of users and transactions that were checked, and how many of them were rewritten. */
  readonly readModels: number;
  readonly rewritten: number;
  /** Events whose `capacity` was not the sum of its ledger. */
  readonly capacitiesCorrected: number;
  /** Discrepancies between ledger and tickets; the findings list them. */
  readonly ledgerDifferences: number;
}

/**
 * Kinds of discrepancies between the stores:
 *
 * - `missing_message`: a sale or a cancellation has no line in the ledger or in the audit log;
 * - `duplicate`: a line that must not exist: a second one of a sale, one without a sale, one with a wrong change;
 * - `lost_hold`: serials are taken in PostgreSQL, and Redis can sell them again;
 * - `orphaned_hold`: serials are taken in Redis for an owner to whom PostgreSQL has not given them;
 * - `charge_without_ticket`: money is captured or authorised, and pays for no valid ticket;
 * - `ticket_without_charge`: a valid ticket is not paid;
 * - `wrong_read_model`: what readers see in Redis is not what PostgreSQL has;
 * - `serial_mismatch`: Redis and PostgreSQL, or PostgreSQL and the answer that the buyer got, name different serials;
 * - `capacity_wrong`: a count is not the sum of what it counts;
 * - `abandoned`: a purchase, a cancellation or a hold is unfinished, and its workflow is closed; or a hold is long overdue;
 * - `stalled`: a purchase or a cancellation, of an event too, is unfinished, its workflow is open, and none of its steps is
 *   being tried;
 * - `webhook_disabled`: an integrator's endpoint no longer accepts messages, so nothing is sent to it;
 * - `invalid_admission`: a door without a connection let somebody in with a ticket that was cancelled or outdated.
 */
export const FINDING_KINDS = [
  'missing_message',
  'duplicate',
  'lost_hold',
  'orphaned_hold',
  'charge_without_ticket',
  'ticket_without_charge',
  'wrong_read_model',
  'serial_mismatch',
  'capacity_wrong',
  'abandoned',
  'stalled',
  'webhook_disabled',
  'invalid_admission',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/**
 * - `found`: confirmed, and its repair is due;
 * - `repaired`: `action` says what was done;
 * - `handed_over`: an operator has to decide; it keeps this status while the discrepancy exists;
 * - `gone`: the discrepancy no longer existed when it was to be repaired, or at a later check.
 */
export const FINDING_STATUSES = ['found', 'repaired', 'handed_over', 'gone'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** A discrepancy between the stores that two checks showed, and what was done about it. Times are ISO 8601. */
export interface Finding {
  readonly findingId: string;
  readonly reconciliationId: string;
  readonly kind: FindingKind;
  /** Identifies the discrepancy among those of its kind and event. The same discrepancy always has the same subject. */
  readonly subject: string;
  readonly eventId: string | null;
  readonly ticketType: string | null;
  readonly purchaseId: string | null;
  readonly expected: unknown;
  readonly found: unknown;
  /** What is wrong and, as far as it is known, why. */
  readonly cause: string;
  /** What was done, or what an operator has to do. */
  readonly action: string;
  readonly status: FindingStatus;
  /** Who started the run: the subject of an operator's token, or `schedule`. */
  readonly by: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** When it got its present status; null while its repair is due. */
  readonly decidedAt: string | null;
}
