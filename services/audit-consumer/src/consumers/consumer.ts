import type { CapacityApplied, TransactionRecorded } from '@box-office/database';
import {
  createBatchConsumer,
  type BatchConsumer,
  type HandlerResult,
  type Publisher,
  type Topology,
} from '@box-office/messaging';
import type { Logger } from '@box-office/platform';
import type pg from 'pg';
import type { ConsumerMetrics } from '../metrics.js';

import { isMessageFault } from './message-fault.js';

/** Dependencies of the consumers; built once in main.ts. */
export interface ConsumerDeps {
  readonly amqpUrl: string;
  readonly topology: Topology;
  readonly publisher: Publisher;
  readonly pool: pg.Pool;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
}

/** Maximum of messages in one transaction, maximum unacknowledged, and how long a message lingers for others. */
const BATCHING = { batchSize: 250, prefetch: 1_000, batchWaitMs: 50 };

/**
 * Consumes a queue whose messages are each written once.
 *
 * @param o.write has committed when it resolves, with one result for each message
 * @param o.where what it writes to
 */
export function createConsumer<M>(
  deps: ConsumerDeps,
  o: {
    readonly queue: string;
    readonly parse: (content: Buffer) => M;
    readonly write: (messages: readonly M[]) => Promise<readonly (CapacityApplied | TransactionRecorded)[]>;
    readonly where: string;
  },
): BatchConsumer {
  const { queue, parse } = o;
  const results: Record<CapacityApplied | TransactionRecorded, HandlerResult> = {
    applied: 'ack',
    recorded: 'ack',
    duplicate: 'ack',
    conflict: { deadLetter: 'conflict', detail: `${o.where} has a different line with this message id` },
    unknown_event: { deadLetter: 'unknown_event', detail: 'the event does not exist' },
  };
  const consumer = createBatchConsumer<M>({
    ...BATCHING,
    url: deps.amqpUrl,
    queue,
    topology: deps.topology,
    publisher: deps.publisher,
    parse,
    isMessageFault,
    logger: deps.logger.child({ queue }),
    handle: async (messages) => (await o.write(messages)).map((result) => results[result]),
    available: () => deps.pool.query('select 1'),
    onBatch: deps.metrics.batch,
  });
  deps.metrics.watch(queue, consumer);
  return consumer;
}
