import { formatMoney, type RefundAmounts } from '@box-office/contract';

/** What a cancellation gives back: what is refunded, what is on its way, and what an operator has to pay back by hand. */
export function refundText(amounts: Partial<RefundAmounts>, currency: string | undefined): string {
  const { refundedMinor = 0, pendingMinor = 0, skippedMinor = 0 } = amounts;
  const parts: [amountMinor: number, what: string][] = [
    [refundedMinor, 'refunded'],
    [pendingMinor, 'still to be refunded'],
    [skippedMinor, 'left to an operator to pay back by hand'],
  ];
  const told = parts.filter(([amountMinor]) => amountMinor > 0);
  if (told.length === 0) return 'nothing to refund';
  return told.map(([amountMinor, what]) => `${formatMoney(amountMinor, currency || 'EUR')} ${what}`).join(', ');
}
