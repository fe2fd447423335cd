import { RESOLVE_REFUSALS, type ResolveAction, type ResolveRequest } from '@box-office/contract';
import { ApplicationFailure } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/index.js';

/** What an operator may decide about a step that is stuck; `retry` always. */
const ALLOWED: Partial<Record<keyof PurchaseActivities, readonly ResolveAction[]>> = {
  reserve: ['compensate'],
  rebuildInventories: ['compensate'],
  authorise: ['correct', 'compensate'],
  persist: ['compensate'],
  capture: ['compensate'],
  finalise: ['compensate'],
  undoPayment: ['skip'],
  refund: ['skip'],
  settle: ['skip'],
  publish: ['skip'],
};

/** A step that does not get through, and the purchases that it is about. */
export interface StuckStepFacts {
  readonly name: keyof PurchaseActivities;
  readonly purchaseIds: readonly string[];
}

/** The stuck step that a request means. @throws ApplicationFailure if none or several could be meant */
export function stuckStepOf<S extends StuckStepFacts>(stuck: ReadonlySet<S>, request: ResolveRequest): S {
  const { purchaseId } = request;
  const meant = [...stuck].filter((step) => purchaseId === undefined || step.purchaseIds.includes(purchaseId));
  const [only] = meant;
  if (!only) throw refusal('nothing of this purchase waits for a decision', RESOLVE_REFUSALS.nothingStuck);
  if (meant.length > 1) throw refusal('several steps wait for a decision: name the purchase');
  return only;
}

/** What the audit log cannot keep would be tried for ever. */
const UNKEEPABLE = /[\0\p{Cs}]/u;
const MOST_CHARACTERS = 500;
const PAYMENT_METHOD = /^[\x21-\x7e]{1,128}$/;

/** @throws ApplicationFailure if this cannot be decided about the step */
export function checkDecision(request: ResolveRequest, step: StuckStepFacts): void {
  const { action, operator, reason } = request;
  for (const text of [operator, reason]) {
    const isText = typeof text === 'string' && text.trim() !== '';
    if (!isText) throw refusal('name the operator and the reason');
    if (text.length > MOST_CHARACTERS || UNKEEPABLE.test(text)) throw refusal('operator or reason cannot be kept');
  }
  if (action === 'retry') return;
  if (!ALLOWED[step.name]?.includes(action)) throw refusal(`\`${step.name}\` cannot be resolved by ${action}`);
  if (step.purchaseIds.length > 1) {
    throw refusal(`\`${step.name}\` concerns ${step.purchaseIds.length} purchases: only retry is possible`);
  }
  if (action === 'correct' && !PAYMENT_METHOD.test(request.paymentMethod ?? ''))
    throw refusal('name the payment method to use');
}

function refusal(message: string, type: string = RESOLVE_REFUSALS.refused): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
