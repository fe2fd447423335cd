import type { Authorisation, Capture, UnknownPayment } from '../activities/paying.js';
import { goOnAlone } from './leaving.js';
import { authorisationOf, paymentOf, type PurchaseUnderWay } from './purchase-list.js';
import { undo } from './undo.js';
import type { Work } from './work.js';

type Known<A> = Exclude<A, UnknownPayment>;

/** Sets the money aside. A decline undoes that purchase; one that the provider keeps waiting leaves its group. */
export async function authorise(work: Work): Promise<void> {
  const paying = work.list.underWay();
  // Registered before the step: an authorisation that was sent may exist, whatever came back.
  for (const purchase of paying) purchase.toUndo.add('payment');
  const payments = paying.map(paymentOf);
  const answers = await payTogether<Authorisation>(work, paying, {
    soon: () => work.steps.quickly('authorise', payments, 'soft deadline'),
    surely: (place) => work.steps.durably('authorise', payments.slice(place, place + 1), 'until known'),
  });
  for (const [purchase, answer] of answers) {
    if (answer.kind === 'authorised') {
      purchase.authorisationId = answer.authorisationId;
      work.tellOf(purchase, `has ${inWords(purchase)} set aside (\`${answer.authorisationId}\`).`);
    } else {
      purchase.toUndo.delete('payment');
      work.tellOf(purchase, `is declined: ${answer.reason.replaceAll('_', ' ')}.`);
      undo(work, purchase, { kind: 'declined', reason: answer.reason });
    }
  }
}

/** Takes the money. A refusal undoes that purchase; one that the provider keeps waiting leaves its group. */
export async function capture(work: Work): Promise<void> {
  const paying = work.list.underWay();
  const payments = paying.map((purchase) => ({
    purchaseId: purchase.order.purchaseId,
    attempt: purchase.claim.paymentAttempt,
    authorisationId: authorisationOf(purchase),
  }));
  const answers = await payTogether<Capture>(work, paying, {
    soon: () => work.steps.quickly('capture', payments, 'soft deadline'),
    surely: (place) => work.steps.durably('capture', payments.slice(place, place + 1), 'until known'),
  });
  for (const [purchase, answer] of answers) {
    if (answer.kind === 'captured') {
      work.tellOf(purchase, `is paid: ${inWords(purchase)}.`);
    } else {
      work.tellOf(purchase, `could not be charged: ${answer.reason}.`);
      undo(work, purchase, { kind: 'undone', reason: 'capture_refused' });
    }
  }
}

/**
 * One payment step for the whole list. Who has no answer at the soft deadline leaves the list to go on alone, so that
 * nobody waits for another's payment; a list of one stays and waits as long as it takes.
 */
async function payTogether<A extends { readonly kind: string }>(
  work: Work,
  paying: readonly PurchaseUnderWay[],
  calls: { readonly soon: () => Promise<A[]>; readonly surely: (place: number) => Promise<A[]> },
): Promise<Map<PurchaseUnderWay, Known<A>>> {
  const answers = new Map<PurchaseUnderWay, Known<A>>();
  if (paying.length === 0) return answers;
  const soon = await calls.soon();
  for (const [place, purchase] of paying.entries()) {
    let answer = soon[place];
    if (!answer || answer.kind === 'unknown') {
      if (work.size > 1) {
        work.tellOf(purchase, 'waits for the payment provider and goes on in a workflow of its own.');
        await goOnAlone(purchase);
        work.list.leave(purchase.order.purchaseId);
        continue;
      }
      work.tellOf(purchase, 'waits for the payment provider.');
      [answer] = await calls.surely(place);
    }
    if (answer) answers.set(purchase, answer as Known<A>);
  }
  return answers;
}

function inWords({ claim }: PurchaseUnderWay): string {
  return `${claim.amountMinor} (minor units of ${claim.currency})`;
}
