import type { MoneyOnRecord } from '@box-office/database';
import type { Discrepancy } from '../discrepancy.js';

/** What happens to the tickets of a payment that went back to the buyer in full, outside of Box Office. */
export const RETURNED_PAYMENTS = ['report', 'cancel_tickets'] as const;
export type ReturnedPayments = (typeof RETURNED_PAYMENTS)[number];

/** The money that the provider has of a purchase, over all its authorisations. Amounts in minor units. */
interface ProviderMoney {
  /** An authorisation that was refunded, or else any. */
  readonly authorisationId: string | undefined;
  readonly capturedMinor: number;
  /** Captured, neither refunded nor taken back by a dispute. Negative if the buyer got it back twice. */
  readonly keptMinor: number;
}

type Resolution = Pick<Discrepancy, 'found' | 'cause' | 'action' | 'repair'>;

/** Why the provider keeps less than the valid tickets cost, and what resolves that. */
export function resolveShortfall(
  { authorisationId, capturedMinor, keptMinor }: ProviderMoney,
  record: MoneyOnRecord,
  returnedPayments: ReturnedPayments,
): Resolution {
  const { purchaseId, validMinor, keepMinor, disputedMinor, disputeId, usedOrTransferred } = record;
  const dispute = disputedMinor > 0 ? disputeId : null;
  const found = { keptMinor, ...(dispute !== null && { disputedMinor, dispute }) };
  const repair = { kind: 'hand_over' } as const;
  if (capturedMinor < keepMinor || authorisationId === undefined) {
    return {
      found,
      repair,
      cause: 'the valid tickets, fees and withheld amounts are more than the payment provider has taken from the buyer',
      action: 'an operator has to request the money from the buyer, or cancel the tickets',
    };
  }
  const by = dispute === null ? 'by a refund at the payment provider' : `by the dispute ${dispute}`;
  const contest = dispute === null ? '' : 'answer the dispute at the provider; ';
  const cancel = `box-office purchase cancel ${purchaseId} --returned-by ${dispute ?? '<id of the refund>'}`;
  if (validMinor === 0) {
    const what = keepMinor === 0 ? 'more than was taken' : 'fees or withheld amounts that were to be kept';
    return {
      found,
      repair,
      cause: `the buyer got back ${what}, ${by}`,
      action: 'an operator has to answer the dispute at the provider, or to ask the buyer for the money',
    };
  }
  if (keptMinor > 0) {
    return {
      found,
      repair,
      cause: `a part of the money went back to the buyer outside of Box Office, ${by}; the tickets are still valid`,
      action: `an operator has to decide: ${contest}cancel the tickets that it paid for: ${cancel} --tickets <ids>`,
    };
  }
  const cause = `all of the money went back to the buyer outside of Box Office, ${by}`;
  if (returnedPayments === 'report' || usedOrTransferred) {
    const state = usedOrTransferred ? 'a ticket was used or given to another person' : 'the tickets are still valid';
    const action = `an operator has to decide: ${contest}cancel the tickets, without another refund: ${cancel}`;
    return { found, repair, cause: `${cause}; ${state}`, action };
  }
  return {
    found,
    // As where it is reported: what was handed over before the setting changed stays with the operator.
    cause: `${cause}; the tickets are still valid`,
    action: 'cancel the tickets, without another refund',
    repair: { kind: 'cancel_tickets', purchaseId, authorisationId, dispute },
  };
}
