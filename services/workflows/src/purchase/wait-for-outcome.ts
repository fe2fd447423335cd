import { unknownState } from '@box-office/contract';
import { PaymentCorrected } from '../operator/operator-intervention.js';
import { claimedAt, paymentOf } from './activity-inputs.js';
import { awaitBuyer } from './await-buyer.js';
import { idsOf, type PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';
import { nextOf, outcomesOf } from './step-outcomes.js';
import type { Next, Step, StepName } from './steps.js';

/** Waits for a lone purchase's provider, or for its buyer to authenticate. */
export function waitForOutcome(
  run: PurchaseRun,
  step: Step<StepName>,
  purchase: PurchaseInProgress,
  next: Extract<Next, { kind: 'detach' | 'await_buyer' }>,
): Promise<Next> {
  if (next.kind === 'detach') return takeUntilKnown(run, step, purchase);
  return awaitBuyer(run, next.untilMs, async () => {
    const [outcome] = await outcomesOf(run, step, [purchase]);
    if (outcome === undefined) throw new Error(`${step.name} gave no outcome`);
    const found = nextOf(run, step, purchase, outcome);
    return found.kind === 'await_buyer' ? 'still_waiting' : found;
  });
}

/** Takes the step with one purchase for as long as it takes, with another payment method if an operator names one. */
async function takeUntilKnown(run: PurchaseRun, step: Step<StepName>, purchase: PurchaseInProgress): Promise<Next> {
  for (;;) {
    try {
      const [outcome] = await run.activities.step(step, [purchase], 'until_known');
      if (outcome === undefined) throw new Error(`${step.name} gave no outcome`);
      return nextOf(run, step, purchase, outcome);
    } catch (error) {
      if (!(error instanceof PaymentCorrected)) throw error;
      const next = await correctPayment(run, purchase, error.paymentMethod);
      if (next.kind !== 'continue') return next;
    }
  }
}

/** Reverses the attempt so far before the next one starts, so that no buyer is charged twice. */
async function correctPayment(run: PurchaseRun, purchase: PurchaseInProgress, method: string): Promise<Next> {
  const ids = idsOf([purchase]);
  const { attempt } = purchase.payment;
  await run.activities.withDurableRetries(ids, 'undoPayment', { ...paymentOf(purchase), authorisationId: null });
  const correction = { ...claimedAt(purchase), attempt, method };
  const corrected = await run.activities.withDurableRetries(ids, 'correctPayment', correction);
  switch (corrected) {
    case 'corrected':
      // The next attempt counts only because its row counts it.
      purchase.payment = { attempt: attempt + 1, method };
      return { kind: 'continue' };
    case 'superseded':
      return { kind: 'superseded' };
    case 'undoing':
      return { kind: 'compensate', outcome: { kind: 'undone', reason: 'cancelled' } };
    case 'finished':
      return { kind: 'read_outcome' };
    default:
      return unknownState('a corrected payment', corrected);
  }
}
