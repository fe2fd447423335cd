import type { HoldStatus } from './holds.js';
import type { PurchaseOrder, PurchaseOutcome } from './orders.js';

/** Task queue of the purchase worker. */
export const PURCHASE_TASK_QUEUE = 'box-office-purchases';

/** Registered name of the purchase workflow. */
export const PURCHASE_WORKFLOW = 'purchase';

/** Search attributes by which a purchase is found in the Temporal UI. */
export const SEARCH_ATTRIBUTES = {
  PurchaseIds: 'KeywordList',
  EventIds: 'KeywordList',
  UserIds: 'KeywordList',
  PurchaseStatus: 'Keyword',
} as const;

/**
 * Value of the `PurchaseStatus` search attribute of every workflow while it needs an operator. One word: the filter
 * bar of the Temporal UI cuts values off at their first space.
 */
export const NEEDS_ATTENTION = 'needs_attention';

/** Values of the `PurchaseStatus` search attribute of a purchase workflow. */
export type PurchaseWorkflowStatus =
  'open' | typeof NEEDS_ATTENTION | 'confirmed' | 'declined' | 'refused' | 'undone' | 'cancelled' | 'mixed';

export const purchaseWorkflowId = (purchaseId: string): string => `purchase/${purchaseId}`;
/** The workflow of several purchases that came at the same time; `batchId` as `batchIdOf` derives it from their ids. */
export const batchWorkflowId = (batchId: string): string => `purchases/${batchId}`;
/** The workflow of a purchase that left its group because it was slow or stuck. */
export const detachedPurchaseWorkflowId = (purchaseId: string): string => `purchase/${purchaseId}/alone`;

/**
 * Workflow signal by which a purchase's workflow learns that a cancellation was asked for, so that its current details tell
 * it. A courtesy: PostgreSQL knows, and decides.
 */
export const CANCELLATION_ASKED_SIGNAL = 'cancellationAsked';

export interface CancellationAsked {
  readonly purchaseId: string;
  readonly cancellationId: string;
  readonly requestedBy: string;
  readonly byOperator: boolean;
}

/**
 * Workflow signal by which a purchase that waits for its buyer learns that something may have happened: it then asks the
 * payment provider. A courtesy: it also asks by itself.
 */
export const PAYMENT_CHANGED_SIGNAL = 'paymentChanged';

/** How long Temporal keeps closed workflows: recovery reads them. */
export const NAMESPACE_RETENTION_DAYS = 30;

/** Registered name of the workflow that cancels a purchase or some of its tickets. */
export const CANCELLATION_WORKFLOW = 'cancellation';
export const cancellationWorkflowId = (cancellationId: string): string => `cancellation/${cancellationId}`;

/** Registered name of the workflow that cancels an event and refunds all that was sold of it. */
export const EVENT_CANCELLATION_WORKFLOW = 'eventCancellation';
export const eventCancellationWorkflowId = (eventId: string): string => `event-cancellation/${eventId}`;

/** Registered name of the workflow that keeps capacity for a buyer until it is used, given back or lapses. */
export const HOLD_WORKFLOW = 'hold';
export const holdWorkflowId = (holdId: string): string => `hold/${holdId}`;

/** Workflow update that answers with the hold as soon as it is taken or refused. */
export const HOLD_TAKEN_UPDATE = 'taken';
/** Workflow update that gives the hold's capacity back and answers with the hold, which a purchase may have used first. */
export const HOLD_RELEASE_UPDATE = 'release';
/** Workflow signal by which a purchase tells that it has used the hold or returned it. A courtesy: PostgreSQL knows. */
export const HOLD_CHANGED_SIGNAL = 'changed';

/** Values of the `PurchaseStatus` search attribute of a hold workflow. */
export type HoldWorkflowStatus = 'open' | typeof NEEDS_ATTENTION | HoldStatus;

/** The claim that a purchase workflow hands to the workflow that continues one of its purchases. */
export interface HandOver {
  readonly fromWorkflowId: string;
  readonly fromRunId: string;
  readonly epoch: number;
}

/** Argument of the purchase workflow: a list, even when it has one element. */
export interface PurchaseWorkflowInput {
  readonly orders: readonly PurchaseOrder[];
  /** Present only in the workflow of a purchase that was detached; `orders` then has one element. */
  readonly handOver?: HandOver;
  /**
   * Take the fast path first. Absent in a workflow that continues what another has started: there any step may have been
   * taken.
   */
  readonly fastPath?: true;
}

/**
 * Result of the purchase workflow: which purchases ended how, and which were continued elsewhere. No more than that: the outcomes
 * stand in PostgreSQL, and those of fifty purchases are a lot to keep in a history.
 */
export interface PurchaseWorkflowResult {
  readonly outcomes: Readonly<Partial<Record<PurchaseOutcome['kind'], readonly string[]>>>;
  readonly elsewhere: readonly string[];
  /** Those that were not begun, because another purchase is using the hold that they name. */
  readonly notBegun?: readonly string[];
}

/** Workflow update by which an operator decides about a purchase whose step fails. */
export const RESOLVE_UPDATE = 'resolve';

/** How the command line begins its User-Agent. */
export const CLI_USER_AGENT = 'box-office-cli/';

/**
 * Through which an operator acted: the HTTP API, the command line (`box-office`), or the Temporal UI or its CLI, past the
 * gateway.
 */
export type OperatorChannel = 'api' | 'cli' | 'temporal-ui';

/**
 * All but `retry` only for a step that is marked as stuck: one that is still being tried may be about to succeed.
 *
 * - `retry`: try the step again at once;
 * - `skip`: continue without it (only what follows a sale, or a refund that was made by hand);
 * - `correct`: pay with another method (only while the authorisation is stuck);
 * - `compensate`: undo the purchase.
 */
export const RESOLVE_ACTIONS = ['retry', 'skip', 'correct', 'compensate'] as const;
export type ResolveAction = (typeof RESOLVE_ACTIONS)[number];

/** Types of the failures with which the update is refused; their message says why. */
export const RESOLVE_REFUSALS = {
  /** No step of the purchase waits in this workflow. */
  nothingStuck: 'NothingToResolve',
  /** This cannot be decided about the step. */
  refused: 'ResolutionRefused',
} as const;

/** Workflow query that answers which of its steps fail. */
export const INTERVENTION_QUERY = 'attention';

export interface InterventionReport {
  /** Those that have not got through at once, the one that waits longest first. */
  readonly stuck: readonly {
    /** The name of its activity. */
    readonly step: string;
    readonly purchaseIds: readonly string[];
    /** ISO 8601. */
    readonly since: string;
    /** Why a person was asked to look; absent before that. */
    readonly cause?: string;
  }[];
  /** The workflow's progress log: the Markdown that is shown as its current details. */
  readonly details: string;
}

/** Idempotent by the update's id. Operator and reason are kept in the audit log. */
export interface ResolveRequest {
  readonly action: ResolveAction;
  /** Who decides, and why; neither may be empty. */
  readonly operator: string;
  readonly reason: string;
  /** The purchase that is meant, where several of the workflow's are stuck at different steps. */
  readonly purchaseId?: string;
  /** With `correct`: the payment method to use from now on. */
  readonly paymentMethod?: string;
}

export interface ResolveReply {
  /** The step that was stuck. */
  readonly step: string;
  readonly action: ResolveAction;
  /** What happens next, in a sentence or two for the operator. */
  readonly next: string;
}
