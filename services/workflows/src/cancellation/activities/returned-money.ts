import { formatMoney, inWords, isWithdrawn, type Dispute } from '@box-office/contract';
import type { PaymentPort } from '@box-office/payments';

/** Where the money of a refund is that the provider refuses. */
export type ReturnedMoney =
  /** All that was captured is back with the buyer, by the refund or dispute with this id. */
  | { readonly kind: 'all'; readonly by: string }
  /** What of it is left at the provider, for an operator; null if nothing went back. */
  | { readonly kind: 'left'; readonly why: string | null };

/**
 * Looks at what the provider has returned of an authorisation, also outside of Box Office. Only where nothing is left of it,
 * the money of each of its cancellations is back for certain.
 */
export async function findReturnedMoney(
  payments: Pick<PaymentPort, 'readReturned'>,
  { authorisationId, amountMinor }: { readonly authorisationId: string; readonly amountMinor: number },
  signal: AbortSignal,
): Promise<ReturnedMoney> {
  const { capturedMinor, refundedMinor, currency, lastRefundId, disputes } = await payments.readReturned(
    authorisationId,
    signal,
  );
  const withdrawn = disputes.filter(({ status }) => isWithdrawn(status));
  const disputedMinor = withdrawn.reduce((sum, dispute) => sum + dispute.amountMinor, 0);
  const leftMinor = capturedMinor - refundedMinor - disputedMinor;
  const by = withdrawn[0]?.disputeId ?? lastRefundId;
  if (capturedMinor > 0 && leftMinor <= 0 && by !== null) return { kind: 'all', by };
  const open = disputes.find(isUndecided);
  const parts = [
    ...(open ? [`there is the dispute ${open.disputeId} (${inWords(open.status)})`] : []),
    ...(refundedMinor > 0 ? [`the last refund of this payment is ${lastRefundId ?? 'not listed'}`] : []),
  ];
  if (parts.length === 0) return { kind: 'left', why: null };
  const left = formatMoney(Math.max(leftMinor, 0), currency);
  const wanted = formatMoney(amountMinor, currency);
  return { kind: 'left', why: `${left} of the payment is left, and ${wanted} is to go back; ${parts.join('; ')}` };
}

const isUndecided = ({ status }: Dispute): boolean => !['won', 'warning_closed', 'prevented'].includes(status);
