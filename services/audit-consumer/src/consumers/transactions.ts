import {
  type BatchConsumer,
  createBatchConsumer,
  parseTransactionRecord,
  type HandlerResult,
} from '@box-office/messaging';
import { recordTransactions, type TransactionRecorded } from '@box-office/database';
import { BATCHING, type ConsumerDeps } from './deps.js';
import { isMessageFault } from './message-fault.js';

const RESULTS: Record<TransactionRecorded, HandlerResult> = {
  recorded: 'ack',
  duplicate: 'ack',
  conflict: { deadLetter: 'conflict', detail: 'the audit log has a different line with this message id' },
  unknown_event: { deadLetter: 'unknown_event', detail: 'the event does not exist' },
};

/** Writes the audit log and the hourly statistics from the messages of `ticket.transactions`, each message id once. */
export function createTransactionConsumer(deps: ConsumerDeps): BatchConsumer {
  const queue = deps.topology.queues.transactions;
  const consumer = createBatchConsumer({
    ...BATCHING,
    url: deps.amqpUrl,
    queue,
    topology: deps.topology,
    publisher: deps.publisher,
    logger: deps.logger.child({ queue }),
    parse: parseTransactionRecord,
    handle: async (messages) => (await recordTransactions(deps.pool, messages)).map((result) => RESULTS[result]),
    isMessageFault,
    available: () => deps.pool.query('select 1'),
    onBatch: deps.metrics.batch,
  });
  deps.metrics.watch(queue, consumer);
  return consumer;
}
