/** Queue names and fields are those of the system that this one replaces; existing readers depend on them. */
export const CAPACITY_UPDATES_QUEUE = 'ticket.capacity.updates';
export const TRANSACTIONS_QUEUE = 'ticket.transactions';

/** What moved the capacity: a sale, a cancellation, or a correction by reconciliation. */
export type CapacityOperation = 'purchase' | 'cancel' | 'adjust';

/** One message per sale or cancellation on `ticket.capacity.updates`. */
export interface CapacityUpdate {
  readonly EventId: string;
  /** −n for a sale of n tickets, +n for n tickets given back. */
  readonly CapacityChange: number;
  readonly TransactionId: string;
  readonly Operation: CapacityOperation;
  /** UUIDv5 of (purchase, operation, cancellation id if any); also the AMQP message id. */
  readonly MessageId: string;
  readonly PurchaseId: string;
  readonly Items: readonly { readonly TicketType: string; readonly Quantity: number }[];
  /** When the sale or cancellation was recorded, ISO 8601. */
  readonly OccurredAt: string;
}

/** One message per sale or cancellation on `ticket.transactions`. */
export interface TransactionRecord {
  readonly TransactionId: string;
  readonly UserId: string;
  readonly EventId: string;
  /** Minor units; positive for a sale and for a cancellation alike, `Operation` tells which. */
  readonly Amount: number;
  readonly Currency: string;
  readonly Operation: 'purchase' | 'cancel';
  readonly MessageId: string;
  readonly PurchaseId: string;
  readonly RequestId: string;
  readonly Items: readonly { readonly TicketType: string; readonly Quantity: number }[];
  readonly OccurredAt: string;
}
