import { sumOfFees, type TransactionRecord } from '@box-office/contract';
import type { TransactionDetails } from '../audit/transaction-details.js';
import { latencyClass } from './latency.js';

/** What one message adds to the statistics. Amounts in minor units. */
export interface TransactionCount {
  readonly messageId: string;
  readonly eventId: string;
  readonly operation: 'purchase' | 'cancel';
  readonly occurredAt: string;
  readonly tickets: number;
  readonly amountMinor: number;
  /** Fees in the amount. */
  readonly feesMinor: number;
  /** Of a cancellation: what was withheld of the prices of its tickets. */
  readonly withheldMinor: number;
  /** Without fees. */
  readonly items: readonly { readonly ticketType: string; readonly tickets: number; readonly amountMinor: number }[];
  /** Class of the purchase's latency; null with a cancellation, and where the record does not know the purchase. */
  readonly latencyClassMs: number | null;
}

/**
 * Divides a transaction among its ticket types at the prices of the record: those quoted to the purchase, and those of the
 * tickets that were cancelled, without what was withheld of them. Where the record does not know the purchase, at the prices of the event. A refund that an
 * operator skipped counts as a cancellation without money.
 */
export function transactionCountOf(message: TransactionRecord, details: TransactionDetails): TransactionCount {
  const messageId = message.MessageId.toLowerCase();
  const purchase = details.purchases.get(message.PurchaseId.toLowerCase());
  const quoted = new Map(purchase?.items.map((item) => [item.ticketType, item.priceMinor]));
  const prices = details.events.get(message.EventId);
  const cancellation = details.cancellations.get(messageId);
  const isSkipped = cancellation?.isRefunded === false && message.Amount > 0;
  const withheldOf = (ticketType: string): number =>
    (cancellation?.tickets ?? []).reduce(
      (sum, one) => sum + (one.ticketType === ticketType ? one.withheldMinor : 0),
      0,
    );
  const items = message.Items.map(({ TicketType: ticketType, Quantity: tickets }) => {
    const priceMinor = quoted.get(ticketType) ?? prices?.get(ticketType) ?? 0;
    return { ticketType, tickets, amountMinor: isSkipped ? 0 : tickets * priceMinor - withheldOf(ticketType) };
  });
  const feesMinor =
    message.Operation === 'purchase' ? sumOfFees(purchase?.fees ?? null) : (cancellation?.returnedFeesMinor ?? 0);
  const latencyMs = message.Operation === 'purchase' ? (purchase?.latencyMs ?? null) : null;
  return {
    messageId,
    eventId: message.EventId,
    operation: message.Operation,
    occurredAt: message.OccurredAt,
    tickets: items.reduce((sum, item) => sum + item.tickets, 0),
    amountMinor: isSkipped ? 0 : message.Amount,
    feesMinor: isSkipped ? 0 : feesMinor,
    withheldMinor: (cancellation?.tickets ?? []).reduce((sum, one) => sum + one.withheldMinor, 0),
    items,
    latencyClassMs: latencyMs === null ? null : latencyClass(latencyMs),
  };
}
