import { TRANSACTIONS_QUEUE } from '@box-office/contract';
import { type DeadLetter, parseCapacityUpdate, parseTransactionRecord } from '@box-office/messaging';
import { operatorLine, type NewAuditLine } from '@box-office/database';

/**
 * What an operator does to a dead letter, for the audit log: with the message itself, because one that is dropped is
 * nowhere else. Each time it is done is an act of its own.
 */
export function auditLineOf(
  letter: DeadLetter,
  act: { readonly action: 'replay' | 'drop'; readonly operator: string; readonly reason: string },
): NewAuditLine {
  const { operator, reason, action } = act;
  return operatorLine({
    // Nothing here verifies a token: a user with the database's password may write any name.
    by: { name: operator, verified: false, channel: 'cli' },
    action,
    reason: kept(reason),
    ...namesIn(letter),
    before: { place: 'dead letters', queue: letter.queue, cause: kept(letter.cause.reason) },
    after: { decision: action },
    details: {
      queue: letter.queue,
      message: kept(letter.id),
      cause: kept(letter.cause.reason),
      causeDetail: kept(letter.cause.detail),
      publishedAt: letter.publishedAt,
      bytes: letter.bytes,
      content: kept(letter.content),
    },
  });
}

/** Whom and what the message is about, if it can be read at all. */
function namesIn({ queue, content }: DeadLetter): Partial<NewAuditLine> {
  const bytes = Buffer.from(content);
  try {
    const isTransaction = queue.endsWith(TRANSACTIONS_QUEUE);
    const message = isTransaction ? parseTransactionRecord(bytes) : parseCapacityUpdate(bytes);
    const { PurchaseId, TransactionId, EventId } = message;
    const names = { purchaseId: PurchaseId.toLowerCase(), transactionId: kept(TransactionId), eventId: kept(EventId) };
    return 'UserId' in message ? { ...names, userId: kept(message.UserId) } : names;
  } catch {
    return {};
  }
}

/** PostgreSQL keeps every character but this one. */
const kept = (text: string): string => text.replaceAll('\u0000', '\uFFFD');
