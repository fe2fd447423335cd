import type { CancellationStatus, RefundAmounts } from '@box-office/contract';
import { unknownState } from '@box-office/contract';

/**
 * What one cancellation refunds, from its row. A refund that is done has the provider's id; one without it was skipped
 * by an operator.
 */
export function refundAmounts(row: {
  readonly status: CancellationStatus;
  readonly amountMinor: number;
  readonly refundId: string | null;
}): RefundAmounts {
  const { status, amountMinor, refundId } = row;
  const amounts = { requestedMinor: amountMinor, refundedMinor: 0, pendingMinor: 0, skippedMinor: 0 };
  switch (status) {
    case 'waiting':
      return amounts;
    case 'refunding':
      return { ...amounts, pendingMinor: amountMinor };
    case 'cancelled':
      return refundId === null ? { ...amounts, skippedMinor: amountMinor } : { ...amounts, refundedMinor: amountMinor };
    default:
      return unknownState('a cancellation', status);
  }
}
