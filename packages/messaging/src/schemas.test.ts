import { describe, expect, it } from 'vitest';
import { parseCapacityUpdate, parseTransactionRecord } from './schemas.js';

const update = {
  EventId: '1',
  CapacityChange: -3,
  TransactionId: 'ABC123',
  Operation: 'purchase',
  MessageId: '0b8f4d6e-3c1f-5a57-9f5c-6d0a4f2b8e11',
  PurchaseId: '5d7b1a52-8d0f-5c7e-8a44-0e9f3a6c2b10',
  Items: [
    { TicketType: 'standard', Quantity: 2 },
    { TicketType: 'balcony', Quantity: 1 },
  ],
  OccurredAt: '2029-12-01T10:00:00.000Z',
};
const record = {
  TransactionId: 'ABC123',
  UserId: 'user_1',
  EventId: '1',
  Amount: 7_500,
  Currency: 'EUR',
  Operation: 'purchase',
  MessageId: update.MessageId,
  PurchaseId: update.PurchaseId,
  RequestId: 'request',
  Items: update.Items,
  OccurredAt: '2029-12-01T10:00:00+02:00',
};
const json = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

describe('the messages', () => {
  it('are read as the contract describes them', () => {
    expect(parseCapacityUpdate(json(update))).toEqual(update);
    expect(parseTransactionRecord(json(record))).toEqual(record);
  });

  it('may carry fields of a newer publisher', () => {
    expect(parseCapacityUpdate(json({ ...update, Venue: 'Hall' }))).toEqual(update);
    expect(
      parseTransactionRecord(json({ ...record, Items: [{ TicketType: 'a', Quantity: 1, Row: 7 }] })),
    ).toMatchObject({ Items: [{ TicketType: 'a', Quantity: 1 }] });
  });

  it.each([
    ['no JSON', Buffer.from('{'), 'not JSON'],
    ['no object', json([]), 'message: '],
    ['a missing field', json({ ...update, EventId: undefined }), 'EventId: '],
    ['a message id that is none', json({ ...update, MessageId: '7' }), 'MessageId: '],
    ['a fraction of a ticket', json({ ...update, CapacityChange: -1.5 }), 'CapacityChange: '],
    ['a time that is none', json({ ...update, OccurredAt: 'yesterday' }), 'OccurredAt: '],
    ['an item without tickets', json({ ...update, Items: [{ TicketType: 'a', Quantity: 0 }] }), 'Items.0.Quantity: '],
  ])('are refused with the reason: %s', (_, content, reason) => {
    expect(() => parseCapacityUpdate(content)).toThrow(reason);
  });

  it.each([
    ['a sale that adds capacity', { CapacityChange: 3 }],
    ['a cancellation that takes capacity', { Operation: 'cancel' }],
    ['a change that is not the sum of the items', { CapacityChange: -2 }],
    ['a sale of nothing', { CapacityChange: 0, Items: [] }],
    ['a correction by nothing', { Operation: 'adjust', CapacityChange: 0 }],
  ])('are refused when they contradict themselves: %s', (_, o) => {
    expect(() => parseCapacityUpdate(json({ ...update, ...o }))).toThrow('does not fit');
  });

  it('may correct the capacity in either direction', () => {
    const correction = { ...update, Operation: 'adjust', Items: [] };
    expect(parseCapacityUpdate(json({ ...correction, CapacityChange: 4 })).CapacityChange).toBe(4);
    expect(parseCapacityUpdate(json({ ...correction, CapacityChange: -4 })).CapacityChange).toBe(-4);
  });

  it('never refund a negative amount', () => {
    expect(() => parseTransactionRecord(json({ ...record, Amount: -1 }))).toThrow('Amount: ');
  });
});
