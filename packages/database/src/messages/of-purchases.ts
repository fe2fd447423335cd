import {
  CAPACITY_UPDATES_QUEUE,
  serialsOf,
  TRANSACTIONS_QUEUE,
  type CapacityUpdate,
  type TransactionRecord,
} from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import type { Cancellation } from '../cancellations/find.js';
import type { PurchaseRow } from '../purchases/find.js';

/** A message made from rows: identical, with the same id, however often it is made. */
export interface RecordedMessage {
  readonly queue: string;
  readonly messageId: string;
  readonly body: CapacityUpdate | TransactionRecord;
}

/** The two messages of a sale; none of a purchase that was never confirmed. */
export function messagesOfSale(purchase: PurchaseRow): RecordedMessage[] {
  const { outcome, confirmedAt } = purchase;
  if (outcome?.kind !== 'confirmed' || confirmedAt === null) return [];
  const shared = {
    TransactionId: purchase.transactionId,
    EventId: purchase.eventId,
    Operation: 'purchase',
    PurchaseId: purchase.purchaseId,
    Items: serialsOf(outcome.tickets).map((item) => ({ TicketType: item.ticketType, Quantity: item.serials.length })),
    OccurredAt: confirmedAt,
  } as const;
  const capacity: CapacityUpdate = {
    ...shared,
    CapacityChange: -outcome.tickets.length,
    MessageId: messageIdOf(CAPACITY_UPDATES_QUEUE, purchase.purchaseId, 'purchase'),
  };
  const transaction: TransactionRecord = {
    ...shared,
    UserId: purchase.userId,
    Amount: outcome.amountMinor,
    Currency: outcome.currency,
    RequestId: purchase.requestId,
    MessageId: messageIdOf(TRANSACTIONS_QUEUE, purchase.purchaseId, 'purchase'),
  };
  return messagesOf(capacity, transaction);
}

/** The two messages of a cancellation: the capacity that comes back, and the money that goes back. */
export function messagesOfCancellation(cancellation: Cancellation): RecordedMessage[] {
  const { cancellationId, purchaseId, tickets, cancelledAt } = cancellation;
  if (cancelledAt === null || tickets.length === 0) return [];
  const shared = {
    TransactionId: cancellation.transactionId,
    EventId: cancellation.eventId,
    Operation: 'cancel',
    PurchaseId: purchaseId,
    Items: serialsOf(tickets).map((item) => ({ TicketType: item.ticketType, Quantity: item.serials.length })),
    OccurredAt: cancelledAt,
  } as const;
  const capacity: CapacityUpdate = {
    ...shared,
    CapacityChange: tickets.length,
    MessageId: messageIdOf(CAPACITY_UPDATES_QUEUE, purchaseId, 'cancel', cancellationId),
  };
  const transaction: TransactionRecord = {
    ...shared,
    UserId: cancellation.userId,
    Amount: cancellation.amountMinor,
    Currency: cancellation.currency,
    RequestId: cancellation.requestId,
    MessageId: messageIdOf(TRANSACTIONS_QUEUE, purchaseId, 'cancel', cancellationId),
  };
  return messagesOf(capacity, transaction);
}

const messagesOf = (capacity: CapacityUpdate, transaction: TransactionRecord): RecordedMessage[] => [
  { queue: CAPACITY_UPDATES_QUEUE, messageId: capacity.MessageId, body: capacity },
  { queue: TRANSACTIONS_QUEUE, messageId: transaction.MessageId, body: transaction },
];
