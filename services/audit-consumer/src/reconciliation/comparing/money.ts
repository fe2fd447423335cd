import type { PurchaseBooks } from '@box-office/payments';
import type { MoneyOnRecord } from '@box-office/records';
import { isOurId, type Difference } from '../difference.js';

type Authorisation = PurchaseBooks['authorisations'][number];

/** What is kept of an authorisation: minor units, 0 where all was paid back or nothing was captured. */
const keptMinor = (authorisation: Pick<Authorisation, 'capturedMinor' | 'refundedMinor'>): number =>
  authorisation.capturedMinor - authorisation.refundedMinor;

/**
 * Compares what the provider keeps of a purchase with the price of its valid tickets. Money is given back by machine only
 * where it pays for no ticket at all and the purchase is known; everything else is a person's decision.
 */
export function compareMoney(books: PurchaseBooks, record: MoneyOnRecord | undefined): Difference[] {
  if (record?.underWay) return [];
  const { purchaseId, authorisations } = books;
  const expected = record?.validMinor ?? 0;
  const kept = authorisations.reduce((sum, authorisation) => sum + keptMinor(authorisation), 0);
  const common = {
    eventId: record?.eventId ?? null,
    ticketType: null,
    ...(isOurId(purchaseId) ? { purchaseId, about: [purchaseId] } : { purchaseId: null, about: [] }),
    expected: { keptMinor: expected },
  };
  if (kept < expected) {
    return [
      {
        ...common,
        kind: 'ticket_without_charge',
        subject: purchaseId,
        found: { keptMinor: kept },
        cause: 'its valid tickets cost more than the payment provider keeps of the buyer',
        action: 'a person has to ask the buyer for the money, or cancel the tickets',
        repair: { do: 'hand_over' },
      },
    ];
  }
  const surplus = payingForNothing(authorisations, { surplusMinor: kept - expected, record });
  const differences = surplus.map((authorisation): Difference => ({
    ...common,
    kind: 'charge_without_ticket',
    subject: `${purchaseId} ${authorisation.authorisationId ?? authorisation.key}`,
    found: { keptMinor: keptMinor(authorisation), state: authorisation.state, authorisation: authorisation.key },
    ...whatToDo(authorisation, record),
  }));
  const explained = surplus.reduce((sum, authorisation) => sum + keptMinor(authorisation), 0);
  if (kept - explained > expected) {
    differences.push({
      ...common,
      kind: 'charge_without_ticket',
      subject: purchaseId,
      found: { keptMinor: kept },
      cause: 'more is kept of the payment than its valid tickets cost: a part of it was not paid back',
      action: 'a person has to find out which part, and pay it back',
      repair: { do: 'hand_over' },
    });
  }
  return differences;
}

/**
 * The authorisations without which the tickets are paid nevertheless. What the record names as their payment is none of
 * them while there are tickets; but where that one was paid back, another one may have taken its place.
 */
function payingForNothing(
  authorisations: readonly Authorisation[],
  o: { readonly surplusMinor: number; readonly record: MoneyOnRecord | undefined },
): Authorisation[] {
  const { record } = o;
  const isTheirPayment = ({ authorisationId }: Authorisation): boolean =>
    (record?.validMinor ?? 0) > 0 && authorisationId === record?.authorisationId;
  let leftMinor = o.surplusMinor;
  return authorisations.filter((authorisation) => {
    if (authorisation.state === 'authorised') return true;
    const kept = keptMinor(authorisation);
    if (kept === 0 || kept > leftMinor || isTheirPayment(authorisation)) return false;
    leftMinor -= kept;
    return true;
  });
}

function whatToDo(
  authorisation: Authorisation,
  record: MoneyOnRecord | undefined,
): Pick<Difference, 'cause' | 'action' | 'repair'> {
  const { authorisationId, key, state, amountMinor } = authorisation;
  const kept = keptMinor(authorisation);
  const what = state === 'authorised' ? 'money is set aside' : 'money is kept';
  if (!record || authorisationId === undefined) {
    return {
      cause: `${what} for a purchase that is not on record`,
      action: 'a person has to find out whose it is: the account may have other users',
      repair: { do: 'hand_over' },
    };
  }
  if (record.paidBackByHand) {
    return {
      cause: `${what}, and an operator noted that it was paid back by hand`,
      action: 'a person has to see to it that it was',
      repair: { do: 'hand_over' },
    };
  }
  return {
    cause: `${what} for a purchase that is over, and pays for no ticket`,
    action: 'it is to be given back',
    repair: {
      do: 'give_back_money',
      ...{ purchaseId: record.purchaseId, authorisationId, authorisationKey: key },
      ...{ keptMinor: kept, isWhole: kept === amountMinor },
    },
  };
}
