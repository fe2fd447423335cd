import { formatMoney, inWords, isWithdrawn, type AmountMinor, type Dispute } from '@box-office/contract';
import { leftMinorOf, type PaymentPort } from '@box-office/payments';

/** Where the money of a refund is that was refused. */
export type ReturnedMoney =
  /** It is back with the buyer, by the refund or dispute with this id. `shortfallMinor`: by how much more than that. */
  | { readonly kind: 'all'; readonly by: string; readonly shortfallMinor: AmountMinor }
  /** What of it is left at the provider, for an operator; null if nothing went back. */
  | { readonly kind: 'left'; readonly why: string | null };

/**
 * Looks at what the provider has returned of an authorisation, also outside of Box Office. Only where no more is left of it
 * than must be kept, the money of each of its cancellations is back for certain.
 *
 * @param readMustKeep reads it after the provider was asked: other cancellations lower it before they refund, and an earlier
 * amount would take their refunds for this one's
 */
export async function findReturnedMoney(
  payments: Pick<PaymentPort, 'readReturned'>,
  { authorisationId, amountMinor }: { readonly authorisationId: string; readonly amountMinor: AmountMinor },
  readMustKeep: () => Promise<AmountMinor>,
  signal: AbortSignal,
): Promise<ReturnedMoney> {
  const returned = await payments.readReturned(authorisationId, signal);
  const { capturedMinor, refundedMinor, currency, lastRefundId, disputes } = returned;
  const mustKeepMinor = await readMustKeep();
  const leftMinor = Math.max(leftMinorOf(returned), 0);
  const by = disputes.find(({ status }) => isWithdrawn(status))?.disputeId ?? lastRefundId;
  if (capturedMinor > 0 && leftMinor <= mustKeepMinor && by !== null) {
    return { kind: 'all', by, shortfallMinor: mustKeepMinor - leftMinor };
  }
  const open = disputes.find(isUndecided);
  const parts = [
    ...(open ? [`there is the dispute ${open.disputeId} (${inWords(open.status)})`] : []),
    ...(refundedMinor > 0 ? [`the last refund of this payment is ${lastRefundId ?? 'not listed'}`] : []),
  ];
  if (parts.length === 0) return { kind: 'left', why: null };
  const [left, mustKeep, wanted] = [leftMinor, mustKeepMinor, amountMinor].map((minor) => formatMoney(minor, currency));
  const kept = mustKeepMinor === 0 ? '' : `, ${mustKeep} of it must be kept`;
  return {
    kind: 'left',
    why: `${left} of the payment is left${kept}, and ${wanted} is to go back; ${parts.join('; ')}`,
  };
}

const isUndecided = ({ status }: Dispute): boolean => !['won', 'warning_closed', 'prevented'].includes(status);
