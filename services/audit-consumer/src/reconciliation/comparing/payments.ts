import { isUuid } from '@box-office/contract';
import type { PurchasePayments } from '@box-office/payments';
import type { MoneyOnRecord } from '@box-office/database';
import type { Discrepancy } from '../discrepancy.js';
import { resolveShortfall, type ReturnedPayments } from './shortfall.js';
import { resolveUnknown } from './unknown-payment.js';

type Authorisation = PurchasePayments['authorisations'][number];

/** Captured and not refunded, in minor units. */
const keptMinorOf = (authorisation: Pick<Authorisation, 'capturedMinor' | 'refundedMinor'>): number =>
  authorisation.capturedMinor - authorisation.refundedMinor;

/**
 * Compares what the provider keeps for a purchase with the price of its valid tickets, fees and withheld amounts. Money is voided or refunded
 * automatically only if it pays for no ticket at all, and the purchase is known and not disputed. Tickets are cancelled
 * automatically only if all of their money went back, and `returnedPayments` says so. Everything else an operator has
 * to decide.
 */
export function comparePayments(
  entry: PurchasePayments,
  record: MoneyOnRecord | undefined,
  returnedPayments: ReturnedPayments,
): Discrepancy[] {
  if (record?.underWay) return [];
  const { purchaseId, authorisations } = entry;
  const expectedMinor = record?.keepMinor ?? 0;
  const disputedMinor = record?.disputedMinor ?? 0;
  const keptMinor = authorisations.reduce((sum, authorisation) => sum + keptMinorOf(authorisation), -disputedMinor);
  const common = {
    eventId: record?.eventId ?? null,
    ticketType: null,
    ...(isUuid(purchaseId) ? { purchaseId, relatedIds: [purchaseId] } : { purchaseId: null, relatedIds: [] }),
    expected: { keptMinor: expectedMinor },
  };
  const unknown = resolveUnknown(authorisations, record);
  if (unknown !== null) {
    const kind = expectedMinor > 0 ? 'ticket_without_charge' : 'charge_without_ticket';
    const { authorisationId, ...resolution } = unknown;
    // Named, so that the next run reads it again: PostgreSQL may not know it.
    const subject = authorisationId === null ? purchaseId : `${purchaseId} ${authorisationId}`;
    return [{ ...common, kind, subject, ...resolution }];
  }
  if (record && keptMinor < expectedMinor) {
    const captured = authorisations.filter(({ capturedMinor }) => capturedMinor > 0);
    const authorisationId = (captured.find(({ refundedMinor }) => refundedMinor > 0) ?? captured[0])?.authorisationId;
    const capturedMinor = captured.reduce((sum, authorisation) => sum + authorisation.capturedMinor, 0);
    const money = { authorisationId, capturedMinor, keptMinor };
    const resolution = resolveShortfall(money, record, returnedPayments);
    return [{ ...common, kind: 'ticket_without_charge', subject: purchaseId, ...resolution }];
  }
  const surplus = surplusAuthorisations(authorisations, { surplusMinor: keptMinor - expectedMinor, record });
  const discrepancies = surplus.map((authorisation): Discrepancy => ({
    ...common,
    kind: 'charge_without_ticket',
    subject: `${purchaseId} ${authorisation.authorisationId}`,
    found: { keptMinor: keptMinorOf(authorisation), state: authorisation.state, authorisation: authorisation.key },
    ...resolutionOf(authorisation, record),
  }));
  const surplusMinor = surplus.reduce((sum, authorisation) => sum + keptMinorOf(authorisation), 0);
  if (keptMinor - surplusMinor > expectedMinor) {
    discrepancies.push({
      ...common,
      kind: 'charge_without_ticket',
      subject: purchaseId,
      found: { keptMinor },
      cause:
        'the payment provider keeps more than the valid tickets, fees and withheld amounts: a part of the payment was ' +
        'not refunded',
      action: 'an operator has to find out which part, and refund it',
      repair: { kind: 'hand_over' },
    });
  }
  return discrepancies;
}

/**
 * The authorisations that can be voided or refunded as a whole while the valid tickets stay paid. The payment on record
 * is none of them while it may be kept. If it was refunded, another authorisation may pay for them.
 */
function surplusAuthorisations(
  authorisations: readonly Authorisation[],
  o: { readonly surplusMinor: number; readonly record: MoneyOnRecord | undefined },
): Authorisation[] {
  const { record } = o;
  const isPaymentOnRecord = ({ authorisationId }: Authorisation): boolean =>
    (record?.keepMinor ?? 0) > 0 && authorisationId === record?.authorisationId;
  let leftMinor = o.surplusMinor;
  return authorisations.filter((authorisation) => {
    if (authorisation.state === 'authorised') return true;
    const keptMinor = keptMinorOf(authorisation);
    if (keptMinor === 0 || keptMinor > leftMinor || isPaymentOnRecord(authorisation)) return false;
    leftMinor -= keptMinor;
    return true;
  });
}

function resolutionOf(
  authorisation: Authorisation,
  record: MoneyOnRecord | undefined,
): Pick<Discrepancy, 'cause' | 'action' | 'repair'> {
  const { authorisationId, key, state, amountMinor } = authorisation;
  const keptMinor = keptMinorOf(authorisation);
  const isAuthorised = state === 'authorised';
  const money = isAuthorised ? 'money is authorised' : 'money is captured';
  if (!record) {
    return {
      cause: `${money} for a purchase that PostgreSQL does not know`,
      action: 'an operator has to find out whose money it is; other systems may use the provider account too',
      repair: { kind: 'hand_over' },
    };
  }
  if (record.disputeId !== null) {
    return {
      cause: `${money}, and pays for no valid ticket; there is the dispute ${record.disputeId} of it`,
      action: 'an operator has to decide whether the money is the buyer’s, and refund it at the provider then',
      repair: { kind: 'hand_over' },
    };
  }
  if (record.paidBackByHand) {
    return {
      cause: `${money}, although an operator recorded that it was paid back by hand`,
      action: 'an operator has to check with the provider whether the buyer got the money back',
      repair: { kind: 'hand_over' },
    };
  }
  return {
    cause: `${money} for a purchase that has ended, and pays for no valid ticket`,
    action: isAuthorised ? 'void the authorisation' : 'refund the money to the buyer',
    repair: {
      kind: 'void_or_refund',
      purchaseId: record.purchaseId,
      authorisationId,
      authorisationKey: key,
      keptMinor,
      isWhole: keptMinor === amountMinor,
    },
  };
}
