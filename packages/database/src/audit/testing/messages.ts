import { randomUUID } from 'node:crypto';
import type { CapacityUpdate, TransactionRecord } from '@box-office/contract';

/** A message that takes this many tickets from an event's capacity, or gives them back if it is positive. */
export function capacityUpdate(
  EventId: string,
  CapacityChange = -1,
  changes: Partial<CapacityUpdate> = {},
): CapacityUpdate {
  return {
    EventId,
    CapacityChange,
    TransactionId: 'T',
    Operation: CapacityChange < 0 ? 'purchase' : 'cancel',
    MessageId: randomUUID(),
    PurchaseId: randomUUID(),
    Items: [{ TicketType: 'standard', Quantity: Math.abs(CapacityChange) }],
    OccurredAt: '2029-12-01T10:00:00.000Z',
    ...changes,
  };
}

/** A message about the purchase of one ticket. */
export function transactionRecord(EventId: string, changes: Partial<TransactionRecord> = {}): TransactionRecord {
  return {
    TransactionId: 'T',
    UserId: 'user_1',
    EventId,
    Amount: 2_500,
    Currency: 'EUR',
    Operation: 'purchase',
    MessageId: randomUUID(),
    PurchaseId: randomUUID(),
    RequestId: 'request',
    Items: [{ TicketType: 'standard', Quantity: 1 }],
    OccurredAt: '2029-12-01T10:20:00.000Z',
    ...changes,
  };
}
