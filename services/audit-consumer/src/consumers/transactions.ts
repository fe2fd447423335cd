import { recordTransactions } from '@box-office/database';
import { parseTransactionRecord, type BatchConsumer } from '@box-office/messaging';
import { createConsumer, type ConsumerDeps } from './consumer.js';

/** Writes the audit log and the hourly statistics from the messages of `ticket.transactions`, each message id once. */
export const createTransactionConsumer = (deps: ConsumerDeps): BatchConsumer =>
  createConsumer(deps, {
    queue: deps.topology.queues.transactions,
    parse: parseTransactionRecord,
    write: (messages) => recordTransactions(deps.pool, messages),
    where: 'the audit log',
  });
