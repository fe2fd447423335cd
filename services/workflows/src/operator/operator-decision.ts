import {
  CARD_NUMBER_REFUSED,
  isCardNumber,
  nameFault,
  PAYMENT_METHOD,
  RESOLVE_REFUSALS,
  textFault,
  type ResolveAction,
  type ResolveRequest,
} from '@box-office/contract';
import { ApplicationFailure } from '@temporalio/workflow';
import type { BoxOfficeActivities } from '../activities.js';

/** What an operator may decide about a step that is stuck, beside `retry`. */
interface Decisions {
  readonly correct?: true;
  readonly compensate?: true;
  /** What follows from it. */
  readonly skip?: string;
}

const RETRY_ONLY: Decisions = {};
const CONTINUES = 'The workflow continues without this step.';

const DECISIONS: Readonly<Record<keyof BoxOfficeActivities, Decisions>> = {
  fastPath: RETRY_ONLY,
  claim: RETRY_ONLY,
  notifyNotStarted: RETRY_ONLY,
  reserve: { compensate: true },
  rebuildInventories: { compensate: true },
  refuse: RETRY_ONLY,
  authorise: { correct: true, compensate: true },
  persist: { compensate: true },
  authenticate: { compensate: true },
  capture: { compensate: true },
  finalise: { compensate: true },
  settle: { skip: `${CONTINUES} Reconciliation repairs what Redis shows.` },
  publish: { skip: `${CONTINUES} Reconciliation finds the messages missing and publishes them.` },
  correctPayment: RETRY_ONLY,
  recordResolution: RETRY_ONLY,
  decideToUndo: RETRY_ONLY,
  undoPayment: { skip: `${CONTINUES} Whether the provider keeps money of the buyer is left to you to check.` },
  releaseCapacity: RETRY_ONLY,
  concludeUndoing: RETRY_ONLY,
  awaitOutcome: RETRY_ONLY,
  claimCancellations: RETRY_ONLY,
  refund: {
    skip: 'The tickets are cancelled. The amount is shown as left to an operator and never as refunded: pay it back by hand.',
  },
  refundAll: RETRY_ONLY,
  completeCancellations: RETRY_ONLY,
  returnTickets: RETRY_ONLY,
  publishCancellations: RETRY_ONLY,
  cancelEvent: RETRY_ONLY,
  nextToCancel: RETRY_ONLY,
  cancellationsLeftBehind: RETRY_ONLY,
  concludeEventCancellation: RETRY_ONLY,
  takeHold: RETRY_ONLY,
  endHold: RETRY_ONLY,
};

/** A step that is retried durably, and the purchases that it is about. */
export interface RetriedStep {
  readonly name: keyof BoxOfficeActivities;
  readonly purchaseIds: readonly string[];
  /** Another payment method may be named: the purchase waits for this step alone, and has no tickets on record. */
  readonly isCorrectable?: boolean;
  /** Why it is marked as stuck; absent while it is only being tried, and may be about to succeed. */
  readonly cause?: string;
}

export const needsOperator = (step: RetriedStep): boolean => step.cause !== undefined;

/**
 * The step that a request means. A step that is not marked as stuck can only be retried: whatever else is decided about it
 * could contradict what it is doing at this moment.
 *
 * @throws ApplicationFailure if none or several could be meant
 */
export function retriedStepOf<S extends RetriedStep>(steps: ReadonlySet<S>, request: ResolveRequest): S {
  const { purchaseId, action } = request;
  const meant = [...steps].filter(
    (step) =>
      (purchaseId === undefined || step.purchaseIds.includes(purchaseId)) &&
      (action === 'retry' || needsOperator(step)),
  );
  const [only] = meant;
  if (!only) throw refusal('no step of this purchase is marked as stuck', RESOLVE_REFUSALS.nothingStuck);
  if (meant.length > 1) throw refusal('several steps wait for a decision: name the purchase');
  return only;
}

const ASKED_AGAIN = 'While the provider does not answer that, you are asked again, at the step undoPayment.';
const UNDONE =
  'The purchase is undone: first its payment is reversed or refunded at the provider, then its capacity is given back. ' +
  ASKED_AGAIN;

/** What an operator's decision about a step brings about next, in words for the operator. */
export function whatFollows(name: keyof BoxOfficeActivities, action: ResolveAction): string {
  switch (action) {
    case 'retry':
      return 'The step is tried again at once. If it still fails, you are asked again.';
    case 'skip':
      return DECISIONS[name].skip ?? CONTINUES;
    case 'correct':
      return `The authorisation so far is reversed at the provider, then the other method is charged. ${ASKED_AGAIN}`;
    case 'compensate':
      return UNDONE;
  }
}

/** Instead of what follows, where the step ended while the decision was recorded. */
export const ENDED_BEFORE = 'The step ended before the decision took effect. The decision changes nothing.';

const MAX_CHARACTERS = 500;

/** @throws ApplicationFailure if this cannot be decided about the step */
export function checkDecision(request: ResolveRequest, step: RetriedStep): void {
  const { action, operator, reason } = request;
  checkText(operator, nameFault);
  checkText(reason, textFault);
  if (action === 'retry') return;
  if (DECISIONS[step.name][action] === undefined) throw refusal(`\`${step.name}\` cannot be resolved by ${action}`);
  if (step.purchaseIds.length > 1) {
    throw refusal(`\`${step.name}\` concerns ${step.purchaseIds.length} purchases: only retry is possible`);
  }
  if (action !== 'correct') return;
  if (step.isCorrectable !== true) {
    throw refusal('the payment of this purchase is not corrected any more: only retry and compensate are possible');
  }
  const { paymentMethod = '' } = request;
  if (!PAYMENT_METHOD.test(paymentMethod)) throw refusal('name the payment method to use');
  if (isCardNumber(paymentMethod)) throw refusal(CARD_NUMBER_REFUSED);
}

/** Rejects text that the audit log cannot store, and characters that mislead the reader. */
function checkText(text: unknown, faultIn: (text: string) => string | null): void {
  if (typeof text !== 'string' || text.trim() === '') throw refusal('name the operator and the reason');
  const fault = text.length > MAX_CHARACTERS ? `It has more than ${MAX_CHARACTERS} characters.` : faultIn(text.trim());
  if (fault !== null) throw refusal(`operator or reason cannot be kept: ${fault}`);
}

function refusal(message: string, type: string = RESOLVE_REFUSALS.refused): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
