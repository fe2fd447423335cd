import { withTimeout } from '@box-office/platform';
import type { Channel, ConsumeMessage } from 'amqplib';
import { backOff, isWorthAWarning } from './backoff.js';
import { createBatcher } from './batcher.js';
import { connectBroker } from './connection.js';
import { createBatchHandler } from './batch-handler.js';
import type { MessagingLogger } from './logger.js';
import type { Publisher } from './publisher.js';
import { deadLetterOf, publishedAtMsOf, retryOf, type Parked } from './parked.js';
import { createTopology, declareTopology, type Topology } from './topology.js';
import type { HandlerResult } from './handler-result.js';

const DRAIN_TIMEOUT_MS = 10_000;
/** Deadline of one answer of the broker: a queue's count, the end of a subscription or of a channel. */
const ANSWER_TIMEOUT_MS = 1_000;
const AVAILABLE_TIMEOUT_MS = 5_000;
const HOLD_LIMIT_MS = 5 * 60_000;

export interface BatchReport {
  readonly queue: string;
  readonly acknowledged: number;
  /** Reasons of the messages that go through a retry queue, and of those that are dead; one entry per message. */
  readonly retried: readonly string[];
  readonly dead: readonly string[];
  /** From publishing to this moment, after commit and acknowledgement, per message. */
  readonly lagsMs: readonly number[];
}

export interface BatchConsumer {
  /** Connected, subscribed, and the last batch could be handled. */
  isReady(): boolean;
  /** Age of the oldest message that is here and not done, in ms since it was published; 0 if there is none. */
  lagMs(): number;
  /** Messages in the queue that were not delivered to any consumer; undefined while the broker is unavailable. */
  waiting(): Promise<number | undefined>;
  /** Ends the subscription, finishes the delivered messages within a deadline, and closes the connection. */
  close(): Promise<void>;
}

export interface BatchConsumerOptions<M> {
  readonly url: string;
  readonly queue: string;
  /** Publishes retries and dead letters, each confirmed before the original is acknowledged. */
  readonly publisher: Publisher;
  /** Maximum of messages that are delivered and not acknowledged. At least `batchSize`. */
  readonly prefetch: number;
  readonly batchSize: number;
  /** How long a message may linger for others. */
  readonly batchWaitMs: number;
  /** @throws if the content is no such message; it then goes to the dead letters with the error's message */
  parse(this: void, content: Buffer): M;
  /** One result per message, in their order. Its work must be committed when it resolves, and idempotent. */
  handle(this: void, messages: readonly M[]): Promise<readonly HandlerResult[]>;
  /** Whether a message causes an error of `handle`, rather than a dependency that is unavailable. */
  isMessageFault(this: void, error: unknown): boolean;
  /** Resolves when the dependencies of `handle` answer. Called before subscribing, at the start and after an outage. */
  available(this: void): Promise<unknown>;
  onBatch?(this: void, report: BatchReport): void;
  readonly logger: MessagingLogger;
  readonly topology?: Topology;
  readonly drainTimeoutMs?: number;
  readonly holdLimitMs?: number;
}

/** The deliveries of one channel. When the channel ends they are void: the broker delivers them again. */
interface Subscription {
  readonly channel: Channel;
  readonly ended: AbortController;
  consumerTag?: string;
}

interface Delivery {
  readonly message: ConsumeMessage;
  readonly subscription: Subscription;
}

/**
 * Consumes a queue in batches. A message is acknowledged when its work is committed or its copy confirmed elsewhere,
 * never before; the same message may be handled again, by this or another consumer.
 *
 * Nothing is ever returned to the broker while the connection stands, as every return counts toward the delivery limit.
 * While a dependency is unavailable the batch is held, and with it the prefetch. After `holdLimitMs` the connection is
 * closed once, and the consumer subscribes again when `available` resolves.
 */
export function createBatchConsumer<M>(o: BatchConsumerOptions<M>): BatchConsumer {
  if (o.prefetch < o.batchSize) throw new RangeError('a batch cannot be larger than the prefetch');
  const topology = o.topology ?? createTopology();
  let current: Subscription | undefined;
  let stopping = false;

  const handler = createBatchHandler<M>({
    handle: o.handle,
    isMessageFault: o.isMessageFault,
    isDraining: () => stopping,
    holdLimitMs: o.holdLimitMs ?? HOLD_LIMIT_MS,
    initiallyUnavailable: true,
    logger: o.logger,
  });

  const batcher = createBatcher<Delivery>({ size: o.batchSize, waitMs: o.batchWaitMs, process: processBatch });

  const connection = connectBroker({
    url: o.url,
    name: `consumer of ${o.queue}`,
    logger: o.logger,
    async setUp(model) {
      if (stopping) throw new Error('the consumer is closing');
      const channel = await model.createChannel();
      const subscription: Subscription = { channel, ended: new AbortController() };
      channel.on('error', (error) => o.logger.error({ err: error }, 'the broker closed the consuming channel'));
      channel.on('handler-error', (error) => o.logger.error({ err: error }, 'a listener of the channel failed'));
      channel.on('close', () => end(subscription, 'its consuming channel was closed'));
      await declareTopology(channel, topology);
      await channel.prefetch(o.prefetch);
      current = subscription;
      if (handler.isUnavailable()) subscribeWhenAvailable(subscription).catch(() => undefined);
      else await subscribe(subscription);
    },
  });

  function end(subscription: Subscription, reason: string): void {
    if (subscription.ended.signal.aborted) return;
    subscription.ended.abort(new Error(reason));
    if (current !== subscription) return;
    current = undefined;
    batcher.clear();
    if (!stopping) connection.restart(reason);
  }

  async function subscribe(subscription: Subscription): Promise<void> {
    const { consumerTag } = await subscription.channel.consume(o.queue, (message) => {
      if (!message) return end(subscription, 'the broker cancelled the subscription');
      batcher.add({ message, subscription });
    });
    subscription.consumerTag = consumerTag;
  }

  /** @throws when the subscription has ended */
  async function subscribeWhenAvailable(subscription: Subscription): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await withTimeout(o.available(), AVAILABLE_TIMEOUT_MS);
        break;
      } catch (error) {
        o.logger.warn({ err: error, queue: o.queue, attempt }, 'does not subscribe: a dependency is unavailable');
        await backOff(attempt, subscription.ended.signal);
      }
    }
    if (stopping || subscription.ended.signal.aborted) return;
    handler.setUnavailable(false);
    await subscribe(subscription);
  }

  async function processBatch(batch: readonly Delivery[]): Promise<void> {
    const [first] = batch;
    const last = batch.at(-1);
    if (!first || !last) return;
    const { subscription } = first;
    const { signal } = subscription.ended;
    if (signal.aborted) return;
    try {
      const results = await handleBatch(batch, signal);
      const parked = batch.flatMap(({ message }, i) => parkedOf(message, results[i] ?? 'ack'));
      await sendUntilConfirmed(parked, signal);
      // Batches are processed one at a time in the order of delivery, so everything up to here is done.
      subscription.channel.ack(last.message, true);
      report(batch, parked);
    } catch (error) {
      if (signal.aborted) return;
      o.logger.warn(
        { err: error, queue: o.queue, messages: batch.length },
        'leaves messages unacknowledged for redelivery',
      );
      end(subscription, 'messages could not be handled');
    }
  }

  async function handleBatch(batch: readonly Delivery[], signal: AbortSignal): Promise<readonly HandlerResult[]> {
    const parsed = batch.map(({ message }) => parse(message));
    const parsable = parsed.flatMap((result) => ('value' in result ? [result.value] : []));
    const results = (await handler.resultsOf(parsable, signal)).values();
    return parsed.map((result) => ('value' in result ? (results.next().value ?? 'ack') : result));
  }

  function parse(message: ConsumeMessage): { value: M } | { deadLetter: string; detail: string } {
    try {
      return { value: o.parse(message.content) };
    } catch (error) {
      return { deadLetter: 'unparsable', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  function parkedOf(message: ConsumeMessage, result: HandlerResult): Parked[] {
    if (result === 'ack') return [];
    const { detail } = result;
    return 'deadLetter' in result
      ? [deadLetterOf(topology, o.queue, message, { reason: result.deadLetter, detail })]
      : [retryOf(topology, o.queue, message, { reason: result.retry, detail })];
  }

  async function sendUntilConfirmed(parked: readonly Parked[], signal: AbortSignal): Promise<void> {
    for (let attempt = 0; parked.length > 0; attempt++) {
      try {
        await o.publisher.send(
          parked.map(({ envelope }) => envelope),
          signal,
        );
        return;
      } catch (error) {
        if (stopping) throw error;
        const level = isWorthAWarning(attempt) ? 'warn' : 'debug';
        o.logger[level]({ err: error, queue: o.queue, attempt }, 'could not park messages yet');
        await backOff(attempt, signal);
      }
    }
  }

  function report(batch: readonly Delivery[], parked: readonly Parked[]): void {
    const now = Date.now();
    const reasonsOf = (kind: 'retry' | 'dead'): string[] =>
      parked.flatMap(({ became }) => (became.kind === kind ? [became.reason] : []));
    const dead = reasonsOf('dead');
    if (dead.length > 0) o.logger.error({ queue: o.queue, dead }, 'messages went to the dead letters');
    o.onBatch?.({
      queue: o.queue,
      acknowledged: batch.length,
      retried: reasonsOf('retry'),
      dead,
      lagsMs: batch.map(({ message }) => Math.max(0, now - (publishedAtMsOf(message) ?? now))),
    });
  }

  return {
    isReady: () => connection.isUp() && current?.consumerTag !== undefined && !handler.isUnavailable(),
    lagMs() {
      const oldest = batcher.oldest();
      const publishedAtMs = oldest && publishedAtMsOf(oldest.message);
      return publishedAtMs === undefined ? 0 : Math.max(0, Date.now() - publishedAtMs);
    },
    async waiting() {
      const checking = current?.channel.checkQueue(o.queue);
      return checking && (await withTimeout(checking, ANSWER_TIMEOUT_MS).catch(() => undefined))?.messageCount;
    },
    async close() {
      stopping = true;
      const subscription = current;
      if (subscription?.consumerTag !== undefined) {
        const cancelled = subscription.channel.cancel(subscription.consumerTag);
        await withTimeout(cancelled, ANSWER_TIMEOUT_MS).catch(() => undefined);
      }
      const drainTimeoutMs = handler.isUnavailable() ? 0 : (o.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
      await withTimeout(batcher.idle(), drainTimeoutMs, 'messages were not done').catch((error: unknown) =>
        o.logger.warn({ err: error, queue: o.queue }, 'leaves messages unacknowledged for redelivery'),
      );
      if (subscription) {
        end(subscription, 'closing');
        // The channel first: closing the connection could overtake acknowledgements that are not sent yet.
        await withTimeout(subscription.channel.close(), ANSWER_TIMEOUT_MS).catch(() => undefined);
      }
      await connection.close();
    },
  };
}
