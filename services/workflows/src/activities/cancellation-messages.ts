import {
  CAPACITY_UPDATES_QUEUE,
  TRANSACTIONS_QUEUE,
  type CapacityUpdate,
  type TransactionRecord,
} from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import { serialsOf, type Cancellation } from '@box-office/records';

/** The two messages of a cancellation: the capacity that comes back, and the money that goes back. */
export function messagesOfCancellation(cancellation: Cancellation) {
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
  return [
    { queue: CAPACITY_UPDATES_QUEUE, messageId: capacity.MessageId, body: capacity },
    { queue: TRANSACTIONS_QUEUE, messageId: transaction.MessageId, body: transaction },
  ];
}
