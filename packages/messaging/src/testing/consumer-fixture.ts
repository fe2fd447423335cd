import { randomUUID } from 'node:crypto';
import { createBatchConsumer, type BatchConsumer, type BatchConsumerOptions, type BatchReport } from '../consumer.js';
import type { HandlerResult } from '../handler-result.js';
import { createPublisher, type Publisher } from '../publisher.js';
import { freshTopology, lineTo, type FreshTopology, type Line } from '../testing.js';
import { deadLetterQueueOf, retryQueueOf } from '../topology.js';

export const RETRY_DELAY_MS = 300;

export const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** An error that the fixture's consumers take for a fault of the message. */
export class Faulty extends Error {}

/** Queues of their own, consumers of messages that are plain strings, and the line that connects them to the broker. */
export interface ConsumerFixture {
  readonly topology: FreshTopology;
  readonly line: Line;
  readonly queue: string;
  readonly consumers: readonly BatchConsumer[];
  /** What became of each batch. */
  readonly reports: readonly BatchReport[];
  consume(
    handle: (messages: readonly string[]) => Promise<readonly HandlerResult[]>,
    o?: Partial<BatchConsumerOptions<string>>,
  ): BatchConsumer;
  publish(...bodies: string[]): Promise<void>;
  /** Everything that the broker still holds, delivered or not, without consumers. */
  leftAfterClosing(): Promise<number>;
  /** Closes the consumers and empties the queues. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openConsumerFixture(amqpUrl: string): Promise<ConsumerFixture> {
  const topology = await freshTopology(amqpUrl, [RETRY_DELAY_MS]);
  const line = await lineTo(amqpUrl);
  const publisher: Publisher = createPublisher({ url: amqpUrl, logger: silent, topology });
  const queue = topology.queues.capacityUpdates;
  const consumers: BatchConsumer[] = [];
  const reports: BatchReport[] = [];
  const closeConsumers = async (): Promise<void> => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
  };

  return {
    topology,
    line,
    queue,
    consumers,
    reports,
    consume(handle, o = {}) {
      const consumer = createBatchConsumer<string>({
        url: line.url,
        queue,
        topology,
        publisher,
        prefetch: 100,
        batchSize: 10,
        batchWaitMs: 5,
        logger: silent,
        parse: (content) => {
          const text = content.toString();
          if (text.startsWith('"bad')) throw new Error('it says bad');
          return JSON.parse(text) as string;
        },
        handle,
        isMessageFault: (error) => error instanceof Faulty,
        available: async () => undefined,
        onBatch: (report) => reports.push(report),
        ...o,
      });
      consumers.push(consumer);
      return consumer;
    },
    publish: (...bodies) => publisher.publish(bodies.map((body) => ({ queue, messageId: randomUUID(), body }))),
    async leftAfterClosing() {
      await closeConsumers();
      return topology.count(queue);
    },
    async reset() {
      line.mend();
      await closeConsumers();
      reports.length = 0;
      for (const name of [queue, deadLetterQueueOf(queue), retryQueueOf(queue, RETRY_DELAY_MS)]) {
        await topology.channel.purgeQueue(name);
      }
    },
    async close() {
      await publisher.close();
      await line.close();
      await topology.drop();
    },
  };
}

export const acks = (messages: readonly string[]): HandlerResult[] => messages.map(() => 'ack');

export const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`);
