import type { DeadLetter } from '@box-office/messaging';
import { describe, expect, it } from 'vitest';
import { auditLineOf } from './dead-letters-on-record.js';

const act = { action: 'drop', operator: 'ann', reason: 'nobody can read it' } as const;

function letter(content: string, queue = 'ticket.capacity.updates'): DeadLetter {
  return {
    id: 'the\u0000id',
    queue,
    content,
    bytes: content.length,
    publishedAt: null,
    cause: { reason: 'unparsable', detail: 'not JSON', at: null },
  };
}

describe('what is put on record about a dead letter', () => {
  it('tells who, why and the whole message, of whatever characters it is', () => {
    expect(auditLineOf(letter('{"a\u0000'), act)).toMatchObject({
      kind: 'operator',
      actor: 'ann',
      after: { decision: 'drop' },
      details: { reason: 'nobody can read it', message: 'the\uFFFDid', content: '{"a\uFFFD', cause: 'unparsable' },
    });
  });

  it('names the purchase and the buyer where the message can be read', () => {
    const id = '0786E9BE-EE41-50D7-986B-7C911C41E848';
    const common = {
      TransactionId: 'T',
      EventId: '1',
      MessageId: id,
      PurchaseId: id,
      OccurredAt: '2029-12-01T10:00:00Z',
    };
    const items = [{ TicketType: 'standard', Quantity: 1 }];
    const capacity = { ...common, CapacityChange: -1, Operation: 'purchase', Items: items };
    const transaction = { ...common, UserId: 'u', Amount: 1, Currency: 'EUR', Operation: 'purchase', RequestId: 'r' };
    const names = { purchaseId: id.toLowerCase(), transactionId: 'T', eventId: '1' };
    expect(auditLineOf(letter(JSON.stringify(capacity)), act)).toMatchObject(names);
    const told = letter(JSON.stringify({ ...transaction, Items: items }), 'ticket.transactions');
    expect(auditLineOf(told, act)).toMatchObject({ ...names, userId: 'u' });
  });

  it('is an act of its own each time', () => {
    const one = letter('x');
    expect(auditLineOf(one, act).messageId).not.toBe(auditLineOf(one, act).messageId);
  });
});
