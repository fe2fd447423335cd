import {
  type BatchConsumer,
  createBatchConsumer,
  parseCapacityUpdate,
  type HandlerResult,
} from '@box-office/messaging';
import { applyCapacityUpdates, type CapacityApplied } from '@box-office/database';
import { BATCHING, type ConsumerDeps } from './deps.js';
import { isMessageFault } from './message-fault.js';

const RESULTS: Record<CapacityApplied, HandlerResult> = {
  applied: 'ack',
  duplicate: 'ack',
  conflict: { deadLetter: 'conflict', detail: 'the ledger has a different line with this message id' },
  unknown_event: { deadLetter: 'unknown_event', detail: 'the event does not exist' },
};

/** Applies the messages of `ticket.capacity.updates` to `events.capacity`, each message id once. */
export function createCapacityConsumer(deps: ConsumerDeps): BatchConsumer {
  const queue = deps.topology.queues.capacityUpdates;
  const consumer = createBatchConsumer({
    ...BATCHING,
    url: deps.amqpUrl,
    queue,
    topology: deps.topology,
    publisher: deps.publisher,
    logger: deps.logger.child({ queue }),
    parse: parseCapacityUpdate,
    handle: async (messages) => (await applyCapacityUpdates(deps.pool, messages)).map((result) => RESULTS[result]),
    isMessageFault,
    available: () => deps.pool.query('select 1'),
    onBatch: deps.metrics.batch,
  });
  deps.metrics.watch(queue, consumer);
  return consumer;
}
