import type { SerialRange } from '@box-office/contract';

/** The serials of one purchase. */
export interface PurchaseSerials {
  readonly purchaseId: string;
  readonly epoch: number;
  readonly userId: string;
  readonly items: readonly SerialRange[];
}
