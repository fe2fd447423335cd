import { randomUUID } from 'node:crypto';
import {
  CAPACITY_UPDATES_QUEUE,
  TRANSACTIONS_QUEUE,
  type CapacityUpdate,
  type TransactionRecord,
} from '@box-office/contract';
import type { OutgoingMessage } from '@box-office/messaging';

/** The capacity message of a sale of one ticket. */
export function capacityMessage(eventId: string): OutgoingMessage {
  const body: CapacityUpdate = { ...saleOf(eventId), CapacityChange: -1 };
  return { queue: CAPACITY_UPDATES_QUEUE, messageId: body.MessageId, body };
}

/** Both messages of a sale of one ticket, as a purchase publishes them. */
export function messagesOfSale(eventId: string): OutgoingMessage[] {
  const body: TransactionRecord = {
    ...saleOf(eventId),
    UserId: randomUUID(),
    Amount: 2_500,
    Currency: 'EUR',
    RequestId: randomUUID(),
  };
  return [capacityMessage(eventId), { queue: TRANSACTIONS_QUEUE, messageId: body.MessageId, body }];
}

function saleOf(eventId: string) {
  return {
    EventId: eventId,
    TransactionId: randomUUID(),
    Operation: 'purchase',
    MessageId: randomUUID(),
    PurchaseId: randomUUID(),
    Items: [{ TicketType: 'standard', Quantity: 1 }],
    OccurredAt: new Date().toISOString(),
  } as const;
}
