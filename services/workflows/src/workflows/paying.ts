import { CancellationScope } from '@temporalio/workflow';
import type { Authorisation, UnknownPayment } from '../activities/paying.js';
import type { OutcomeOf } from '../activities/straight-through.js';
import { mdText, unknownState } from '@box-office/contract';
import { amountInWords } from './journal.js';
import { learnOutcomes } from './learning.js';
import { goOnAlone } from './leaving.js';
import { PaymentCorrected } from './attention.js';
import { idsOf, type PurchaseUnderWay } from './purchase-list.js';
import { authorisedPaymentOf, claimedAt, isPaid, paymentOf } from './requests.js';
import { undo } from './undo.js';
import type { Work } from './work.js';

type Known<A> = Exclude<A, UnknownPayment>;

/** Sets the money aside. A decline undoes that purchase; one that the provider keeps waiting leaves its group. */
export async function authorise(work: Work): Promise<void> {
  const paying = work.list.underWay().filter(isPaid);
  // Registered before the step: an authorisation that was sent may exist, whatever came back.
  for (const purchase of paying) purchase.toUndo.add('payment');
  const answers = await payTogether(work, 'authorise', paying, {
    soon: (those) => work.steps.quickly(idsOf(those), 'authorise', those.map(paymentOf), 'soft deadline'),
    surely: authoriseAlone,
  });
  for (const [purchase, answer] of answers) {
    switch (answer.kind) {
      case 'authorised':
        purchase.authorisationId = answer.authorisationId;
        work.tellOf(purchase, mdText`has ${amountInWords(purchase.claim)} set aside (${answer.authorisationId}).`);
        break;
      case 'declined':
        purchase.toUndo.delete('payment');
        work.tellOf(purchase, mdText`is declined: ${answer.reason.replaceAll('_', ' ')}.`);
        undo(work, purchase, { kind: 'declined', reason: answer.reason });
        break;
      default:
        unknownState('an authorisation', answer);
    }
  }
}

/**
 * Authorises one purchase for as long as it takes; no answer if it turns out that this run must not go on with it. When an operator names another payment method, the attempt so far is
 * brought to its end first: only then may the next one begin, so that no buyer is charged twice.
 */
async function authoriseAlone(work: Work, purchase: PurchaseUnderWay): Promise<Authorisation[]> {
  const { purchaseId } = purchase.order;
  for (;;) {
    try {
      return await work.steps.durably([purchaseId], 'authorise', [paymentOf(purchase)], 'until known');
    } catch (error) {
      if (!(error instanceof PaymentCorrected)) throw error;
      await work.steps.durably([purchaseId], 'undoPayment', { ...paymentOf(purchase), authorisationId: null });
      const { attempt } = purchase.payment;
      const method = error.paymentMethod;
      const correction = await work.steps.durably([purchaseId], 'correctPayment', {
        ...claimedAt(purchase),
        attempt,
        method,
      });
      switch (correction) {
        case 'corrected':
          // The next attempt counts only because its row counts it.
          purchase.payment = { attempt: attempt + 1, method };
          break;
        case 'superseded':
          work.list.leave(purchaseId);
          return [];
        case 'undoing':
          undo(work, purchase, { kind: 'undone', reason: 'cancelled' });
          return [];
        case 'finished':
          await learnOutcomes(work, [purchase]);
          return [];
        default:
          unknownState(`the correction of purchase ${purchaseId}`, correction);
      }
    }
  }
}

/** Takes the money. A refusal undoes that purchase; one that the provider keeps waiting leaves its group. */
export async function capture(work: Work): Promise<void> {
  const paying = work.list.underWay().filter(isPaid);
  const answers = await payTogether(work, 'capture', paying, {
    soon: (those) => work.steps.quickly(idsOf(those), 'capture', those.map(authorisedPaymentOf), 'soft deadline'),
    surely: (_work, purchase) =>
      work.steps.durably([purchase.order.purchaseId], 'capture', [authorisedPaymentOf(purchase)], 'until known'),
  });
  for (const [purchase, answer] of answers) {
    switch (answer.kind) {
      case 'captured':
        work.tellOf(purchase, mdText`is paid: ${amountInWords(purchase.claim)}.`);
        break;
      case 'refused':
        work.tellOf(purchase, mdText`could not be charged: ${answer.reason}.`);
        undo(work, purchase, { kind: 'undone', reason: 'capture_refused' });
        break;
      default:
        unknownState('a capture', answer);
    }
  }
}

/**
 * One payment step for the whole list. Who has no answer at the soft deadline leaves the list to go on alone, so that
 * nobody waits for another's payment; a list of one stays and waits as long as it takes.
 */
async function payTogether<S extends 'authorise' | 'capture'>(
  work: Work,
  step: S,
  paying: readonly PurchaseUnderWay[],
  calls: {
    readonly soon: (those: readonly PurchaseUnderWay[]) => Promise<OutcomeOf<S>[]>;
    readonly surely: (work: Work, purchase: PurchaseUnderWay) => Promise<OutcomeOf<S>[]>;
  },
): Promise<Map<PurchaseUnderWay, Known<OutcomeOf<S>>>> {
  const answers = new Map<PurchaseUnderWay, Known<OutcomeOf<S>>>();
  if (paying.length === 0) return answers;
  const soon = await work.ahead.outcomes(step, paying, calls.soon);
  for (const [place, purchase] of paying.entries()) {
    let answer = soon[place];
    if (!answer || answer.kind === 'unknown') {
      if (work.size > 1) {
        // Between the starts of two workflows: those who have left go on, the others are undone.
        const here = CancellationScope.current();
        if (here.consideredCancelled) await here.cancelRequested;
        work.tellOf(
          purchase,
          mdText`waits for the payment provider (${causeIn(answer)}) and goes on in a workflow of its own.`,
        );
        await goOnAlone(purchase);
        work.list.leave(purchase.order.purchaseId);
        continue;
      }
      work.tellOf(purchase, mdText`waits for the payment provider (${causeIn(answer)}).`);
      [answer] = await calls.surely(work, purchase);
    }
    if (answer) answers.set(purchase, answer as Known<OutcomeOf<S>>);
  }
  return answers;
}

const causeIn = (answer: { readonly kind: string } | undefined): string =>
  answer && 'cause' in answer ? String(answer.cause) : 'no answer';
