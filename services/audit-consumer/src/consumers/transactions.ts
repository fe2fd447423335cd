import type { TransactionRecord } from '@box-office/contract';
import { issueReceipts, recordTransactions, type ReceiptIssuer, type TransactionRecorded } from '@box-office/database';
import { parseTransactionRecord, type BatchConsumer } from '@box-office/messaging';
import { createConsumer, type ConsumerDeps } from './consumer.js';

/**
 * Writes the audit log and the hourly statistics from the messages of `ticket.transactions`, each message id once, and
 * issues the receipts of their purchases, if there is a seller. Receipts come last: a message that is delivered again
 * issues what is still missing.
 */
export function createTransactionConsumer(deps: ConsumerDeps, receipts: ReceiptIssuer | null): BatchConsumer {
  async function write(messages: readonly TransactionRecord[]): Promise<TransactionRecorded[]> {
    const recorded = await recordTransactions(deps.pool, messages);
    if (receipts !== null) {
      const purchaseIds = new Set(messages.map(({ PurchaseId }) => PurchaseId));
      await issueReceipts(deps.pool, receipts, [...purchaseIds]);
    }
    return recorded;
  }
  const queue = deps.topology.queues.transactions;
  return createConsumer(deps, { queue, parse: parseTransactionRecord, write, where: 'the audit log' });
}
