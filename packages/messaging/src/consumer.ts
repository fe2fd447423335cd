import type { Channel, ConsumeMessage } from 'amqplib';
import { backOff, isWorthAWarning } from './backoff.js';
import { createBatcher } from './batcher.js';
import { connectBroker } from './connection.js';
import { createHandling } from './handling.js';
import type { MessagingLogger } from './logger.js';
import type { Publisher } from './publisher.js';
import { deadLetterOf, publishedAtMsOf, retryOf, type SetAside } from './set-aside.js';
import { createTopology, declareTopology, type Topology } from './topology.js';
import type { Verdict } from './verdict.js';
import { within } from './within.js';

const DRAIN_TIMEOUT_MS = 10_000;
/** Longest to wait for the broker's answer to a question, or to the end of a subscription or of a channel. */
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
  /** Messages in the queue that nobody was given yet; undefined while the broker is away. */
  waiting(): Promise<number | undefined>;
  /** Ends the subscription, finishes what was delivered (bounded), and lets go. */
  close(): Promise<void>;
}

export interface BatchConsumerOptions<M> {
  readonly url: string;
  readonly queue: string;
  /** Where retries and dead letters go through, each confirmed before the original is acknowledged. */
  readonly publisher: Publisher;
  /** Most messages that are delivered and not acknowledged. At least `batchSize`. */
  readonly prefetch: number;
  readonly batchSize: number;
  /** Longest that a message waits for others. */
  readonly batchWaitMs: number;
  /** @throws if the content is no such message; it then goes to the dead letters with the error's message */
  parse(this: void, content: Buffer): M;
  /** One verdict per message, in their order. Its work must be committed when it resolves, and idempotent. */
  handle(this: void, messages: readonly M[]): Promise<readonly Verdict[]>;
  /** Whether an error of `handle` comes from what a message says, rather than from a server that is away. */
  isMessageFault(this: void, error: unknown): boolean;
  /** Resolves when what `handle` needs is there. Asked before subscribing, at the start and after an outage. */
  available(this: void): Promise<unknown>;
  onBatch?(this: void, report: BatchReport): void;
  readonly logger: MessagingLogger;
  readonly topology?: Topology;
  readonly drainTimeoutMs?: number;
  readonly holdLimitMs?: number;
}

/** One channel's worth of deliveries: with the channel they are void, as the broker will bring them again. */
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
 * If the surroundings are away the batch is held, and with it the prefetch; after `holdLimitMs` the connection is given
 * up once, and the queue is left alone until `available` resolves.
 */
export function createBatchConsumer<M>(o: BatchConsumerOptions<M>): BatchConsumer {
  if (o.prefetch < o.batchSize) throw new RangeError('a batch cannot be larger than the prefetch');
  const topology = o.topology ?? createTopology();
  let current: Subscription | undefined;
  let stopping = false;

  const handling = createHandling<M>({
    handle: o.handle,
    isMessageFault: o.isMessageFault,
    isHurried: () => stopping,
    holdLimitMs: o.holdLimitMs ?? HOLD_LIMIT_MS,
    initiallyAway: true,
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
      if (handling.isAway()) subscribeWhenAvailable(subscription).catch(() => undefined);
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
        await within(AVAILABLE_TIMEOUT_MS, o.available(), 'no answer');
        break;
      } catch (error) {
        o.logger.warn(
          { err: error, queue: o.queue, attempt },
          'leaves the queue alone until its messages can be handled',
        );
        await backOff(attempt, subscription.ended.signal);
      }
    }
    if (stopping || subscription.ended.signal.aborted) return;
    handling.setAway(false);
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
      const verdicts = await judge(batch, signal);
      const setAside = batch.flatMap(({ message }, i) => asideOf(message, verdicts[i] ?? 'ack'));
      await sendUntilConfirmed(setAside, signal);
      // Batches are processed one at a time in the order of delivery, so everything up to here is done.
      subscription.channel.ack(last.message, true);
      report(batch, setAside);
    } catch (error) {
      if (signal.aborted) return;
      o.logger.warn({ err: error, queue: o.queue, messages: batch.length }, 'leaves messages to the broker');
      end(subscription, 'messages could not be handled');
    }
  }

  async function judge(batch: readonly Delivery[], signal: AbortSignal): Promise<readonly Verdict[]> {
    const parsed = batch.map(({ message }) => parse(message));
    const sound = parsed.flatMap((result) => ('value' in result ? [result.value] : []));
    const verdicts = (await handling.verdictsOf(sound, signal)).values();
    return parsed.map((result) => ('value' in result ? (verdicts.next().value ?? 'ack') : result));
  }

  function parse(message: ConsumeMessage): { value: M } | { deadLetter: string; detail: string } {
    try {
      return { value: o.parse(message.content) };
    } catch (error) {
      return { deadLetter: 'unparsable', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  function asideOf(message: ConsumeMessage, verdict: Verdict): SetAside[] {
    if (verdict === 'ack') return [];
    const { detail } = verdict;
    return 'deadLetter' in verdict
      ? [deadLetterOf(topology, o.queue, message, { reason: verdict.deadLetter, detail })]
      : [retryOf(topology, o.queue, message, { reason: verdict.retry, detail })];
  }

  async function sendUntilConfirmed(setAside: readonly SetAside[], signal: AbortSignal): Promise<void> {
    for (let attempt = 0; setAside.length > 0; attempt++) {
      try {
        await o.publisher.send(
          setAside.map(({ envelope }) => envelope),
          signal,
        );
        return;
      } catch (error) {
        if (stopping) throw error;
        const level = isWorthAWarning(attempt) ? 'warn' : 'debug';
        o.logger[level]({ err: error, queue: o.queue, attempt }, 'could not set messages aside yet');
        await backOff(attempt, signal);
      }
    }
  }

  function report(batch: readonly Delivery[], setAside: readonly SetAside[]): void {
    const now = Date.now();
    const reasonsOf = (kind: 'retry' | 'dead'): string[] =>
      setAside.flatMap(({ became }) => (became.kind === kind ? [became.reason] : []));
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
    isReady: () => connection.isUp() && current?.consumerTag !== undefined && !handling.isAway(),
    lagMs() {
      const oldest = batcher.oldest();
      const publishedAtMs = oldest && publishedAtMsOf(oldest.message);
      return publishedAtMs === undefined ? 0 : Math.max(0, Date.now() - publishedAtMs);
    },
    async waiting() {
      const looking = current?.channel.checkQueue(o.queue);
      return looking && (await within(ANSWER_TIMEOUT_MS, looking, 'no answer').catch(() => undefined))?.messageCount;
    },
    async close() {
      stopping = true;
      const subscription = current;
      if (subscription?.consumerTag !== undefined) {
        const cancelled = subscription.channel.cancel(subscription.consumerTag);
        await within(ANSWER_TIMEOUT_MS, cancelled, 'no answer').catch(() => undefined);
      }
      const drainTimeoutMs = handling.isAway() ? 0 : (o.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
      await within(drainTimeoutMs, batcher.idle(), 'messages were not done').catch((error: unknown) =>
        o.logger.warn({ err: error, queue: o.queue }, 'leaves messages to the broker'),
      );
      if (subscription) {
        end(subscription, 'closing');
        // Its own goodbye first: the connection's could overtake acknowledgements that have not been sent yet.
        await within(ANSWER_TIMEOUT_MS, subscription.channel.close(), 'no answer').catch(() => undefined);
      }
      await connection.close();
    },
  };
}
