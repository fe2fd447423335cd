import type { MoneyOnRecord } from '@box-office/database';
import type { PurchasePayments } from '@box-office/payments';
import type { Discrepancy } from '../discrepancy.js';

/** What the provider says of a payment may be unknown to this release: then nothing is concluded, and an operator looks. */
export function resolveUnknown(
  authorisations: PurchasePayments['authorisations'],
  record: MoneyOnRecord | undefined,
): (Pick<Discrepancy, 'found' | 'cause' | 'action' | 'repair'> & { readonly authorisationId: string | null }) | null {
  const authorisation = authorisations.find(({ state }) => state === 'unknown')?.authorisationId;
  const dispute = record?.unknownDisputeId ?? null;
  if (authorisation === undefined && dispute === null) return null;
  const what = authorisation === undefined ? `the dispute ${dispute ?? ''}` : `the payment ${authorisation}`;
  return {
    authorisationId: authorisation ?? null,
    found: { ...(authorisation !== undefined && { authorisation }), ...(dispute !== null && { dispute }) },
    cause: `the payment provider says something of ${what} that this release does not know; its money was not compared`,
    action: `an operator has to look at ${what} at the provider, and decide what it means for the tickets`,
    repair: { kind: 'hand_over' },
  };
}
