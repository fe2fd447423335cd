import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import type { Channel } from 'amqplib';

/**
 * How often the broker hands out one message before it takes it for poisonous. Consumers never return a message on
 * purpose, so what is counted are lost connections and killed processes; the limit is high, because each of those
 * counts for every message that was under way.
 */
const DELIVERY_LIMIT = 100;

/** Waits before the first, second … retry of a message that failed by itself; after the last one it is dead. */
const RETRY_DELAYS_MS = [5_000, 60_000, 600_000];

/**
 * The queues and their surroundings:
 *
 *     <queue> ──(failed by itself)──> <queue>.retry.<delay>ms ──(after the delay)──> <queue>
 *        └──(hopeless, or handed out too often)──> ticket.dead-letters ──> <queue>.dead
 *
 * Quorum queues throughout. What the broker moves by itself it moves at least once: it forgets the original only when
 * the copy is confirmed.
 */
export interface Topology {
  /** The queues that are consumed, by the contract's names (behind the prefix, if there is one). */
  readonly queues: { readonly capacityUpdates: string; readonly transactions: string };
  /** Direct exchange; the routing key of a dead letter is the queue that it was taken from. */
  readonly deadLetterExchange: string;
  readonly retryDelaysMs: readonly number[];
}

/**
 * @param prefix put before every name, so that tests can share one broker; in service there is none
 * @param retryDelaysMs one retry per entry; a change creates queues and leaves the old ones to be drained
 */
export function createTopology(o: { prefix?: string; retryDelaysMs?: readonly number[] } = {}): Topology {
  const prefix = o.prefix ?? '';
  return {
    queues: { capacityUpdates: prefix + CAPACITY_UPDATES_QUEUE, transactions: prefix + TRANSACTIONS_QUEUE },
    deadLetterExchange: `${prefix}ticket.dead-letters`,
    retryDelaysMs: o.retryDelaysMs ?? RETRY_DELAYS_MS,
  };
}

export const deadLetterQueueOf = (queue: string): string => `${queue}.dead`;
export const retryQueueOf = (queue: string, delayMs: number): string => `${queue}.retry.${delayMs}ms`;

/**
 * Creates whatever is missing; everything that stands already stays as it is.
 *
 * @throws if something stands with other arguments (the broker closes the channel with 406)
 */
export async function declareTopology(channel: Channel, topology: Topology): Promise<void> {
  await channel.assertExchange(topology.deadLetterExchange, 'direct', { durable: true });
  for (const queue of Object.values(topology.queues)) {
    const deadLetterQueue = deadLetterQueueOf(queue);
    await channel.assertQueue(deadLetterQueue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(deadLetterQueue, topology.deadLetterExchange, queue);
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { 'x-delivery-limit': DELIVERY_LIMIT, ...forwardingTo(topology.deadLetterExchange, queue) },
    });
    for (const delayMs of new Set(topology.retryDelaysMs)) {
      await channel.assertQueue(retryQueueOf(queue, delayMs), {
        durable: true,
        arguments: { 'x-message-ttl': delayMs, ...forwardingTo('', queue) },
      });
    }
  }
}

/** At-least-once forwarding needs the overflow behaviour, although none of these queues has a maximum length. */
function forwardingTo(exchange: string, routingKey: string): Record<string, unknown> {
  return {
    'x-queue-type': 'quorum',
    'x-dead-letter-exchange': exchange,
    'x-dead-letter-routing-key': routingKey,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}
