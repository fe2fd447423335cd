/** Task queue of the audit consumer's own worker. */
export const AUDIT_TASK_QUEUE = 'box-office-audit';

/** Registered name of the workflow that compares the stores, and id of the Schedule that starts it. */
export const RECONCILIATION_WORKFLOW = 'reconciliation';
export const RECONCILIATION_SCHEDULE = 'reconciliation';
/** The sweep that an operator asks for: one at a time for an event, and one for all of them. */
export const reconciliationWorkflowId = (eventId: string | null): string => `reconciliation/${eventId ?? 'all'}`;

/** Registered name of the workflow that rebuilds what is derived from the record. */
export const REBUILD_WORKFLOW = 'rebuild';
export const rebuildWorkflowId = (eventId: string | null): string => `rebuild/${eventId ?? 'all'}`;

/**
 * Registered name of the workflow that has abandoned work go on, and id of the Schedule that starts it: apart from the
 * comparisons, so that it never waits for them.
 */
export const RECOVERY_WORKFLOW = 'recovery';
export const RECOVERY_SCHEDULE = 'recovery';

/** Registered name, and id, of the workflow that rebuilds all of Redis after it has lost its memory. */
export const REDIS_REBUILD_WORKFLOW = 'redisRebuild';

/** What the look for abandoned work came to. The next one, of the same Schedule, begins where it ended. */
export interface RecoveryResult {
  /** Id of the workflow's first run; findings bear it. */
  readonly sweepId: string;
  readonly recovered: number;
  /** Workflows that were closed before this instant need not be looked at again; ISO 8601, null if that is not known. */
  readonly closedUntil: string | null;
}

/** Argument of the workflow that rebuilds Redis. */
export interface RedisRebuildRequest {
  /** How it was noticed, in words. */
  readonly cause: string;
  /** Where a run takes over from the one before it; absent in the first. */
  readonly from?: RedisRebuildPosition;
}

/** Inventories come first, for they are sold from; the read models follow. Both begin with what is on sale soonest. */
export interface RedisRebuildPosition {
  readonly pass: 'inventories' | 'read models';
  /** The event before; null at the beginning of the pass. */
  readonly after: string | null;
  readonly result: RedisRebuildResult;
}

/** What was rebuilt, counted. */
export interface RedisRebuildResult {
  readonly events: number;
  /** Inventories that could not be used. */
  readonly inventories: number;
  /** Read models that were written anew. */
  readonly readModels: number;
}

/**
 * What a sweep looks at. Scheduled ones look at the events that changed since their last look and at some of the
 * others in turn; one that was asked for looks at everything in its scope.
 */
export interface ReconciliationRequest {
  /** Who asked: the subject of a token, or `schedule`. */
  readonly requestedBy: string;
  readonly scope: 'changed' | 'all' | { readonly eventId: string };
  /** Where a run takes over from the one before it; absent in the first. */
  readonly from?: ReconciliationPosition;
}

/** How far a run of a sweep has come. */
export interface ReconciliationPosition {
  readonly counts: ReconciliationCounts;
  /** Events that were looked at only because it was their turn. */
  readonly inTurn: number;
}

/** What a sweep did, counted. */
export interface ReconciliationCounts {
  readonly events: number;
  /** Purchases, cancellations and holds whose workflow was gone and that go on again. */
  readonly recovered: number;
  /** Differences that were confirmed by a second look. */
  readonly found: number;
  readonly repaired: number;
  readonly handedOver: number;
}

export interface ReconciliationResult extends ReconciliationCounts {
  /** Id of the workflow's first run; findings bear it. */
  readonly sweepId: string;
}

export interface RebuildRequest {
  readonly requestedBy: string;
  /** Null for all events. */
  readonly eventId: string | null;
  /** Where a run takes over from the one before it; absent in the first. */
  readonly from?: { readonly after: string | null; readonly result: RebuildResult };
}

/** What a rebuild did, counted. */
export interface RebuildResult {
  readonly events: number;
  /** Read models of users and transactions that were looked at, and those of them that were written anew. */
  readonly readModels: number;
  readonly rewritten: number;
  /** Events whose `capacity` was not what its ledger adds up to. */
  readonly capacitiesCorrected: number;
  /** Differences between ledger and tickets: what they are stands among the findings. */
  readonly ledgerDifferences: number;
}

/**
 * What a difference between the stores is:
 *
 * - `missing_message`: a sale or a cancellation has no line in the ledger or in the audit log;
 * - `duplicate`: a line that cannot be: a second one of the same sale, one of a sale that was none, one with a wrong change;
 * - `lost_hold`: the record has serials as taken that Redis would hand out again;
 * - `orphaned_hold`: Redis has serials as taken for somebody of whom the record does not know it;
 * - `charge_without_ticket`: money is kept, or set aside, for no valid ticket;
 * - `ticket_without_charge`: a valid ticket is not paid;
 * - `wrong_read_model`: what readers see in Redis is not what the record says;
 * - `serial_mismatch`: Redis and the record, or the record and what the buyer was told, name different serials;
 * - `capacity_wrong`: a count is not the sum of what it counts;
 * - `abandoned`: a purchase, a cancellation or a hold stands unfinished, and its workflow is gone;
 * - `stalled`: a purchase or a cancellation stands unfinished, and its workflow is open and tries no step of it.
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
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/**
 * - `found`: confirmed, its repair is due;
 * - `repaired`: what `action` says was done;
 * - `handed_over`: a person has to decide; stays so while the difference stands;
 * - `gone`: the difference was no longer there when it was to be repaired, or at a later look.
 */
export const FINDING_STATUSES = ['found', 'repaired', 'handed_over', 'gone'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** A difference between the stores that two looks have shown, and what became of it. Times are ISO 8601. */
export interface Finding {
  readonly findingId: string;
  readonly sweepId: string;
  readonly kind: FindingKind;
  /** What it is about, among those of its kind and event; the same difference always has the same. */
  readonly subject: string;
  readonly eventId: string | null;
  readonly ticketType: string | null;
  readonly purchaseId: string | null;
  readonly expected: unknown;
  readonly found: unknown;
  /** How it came about, as far as that can be told. */
  readonly cause: string;
  /** What was done, or what is to be done by a person. */
  readonly action: string;
  readonly status: FindingStatus;
  /** Who had the sweep made. */
  readonly by: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** When its status became what it is; null while its repair is due. */
  readonly decidedAt: string | null;
}
