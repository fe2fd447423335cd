import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import type { Channel } from 'amqplib';

/**
 * Deliveries of one message before the broker dead-letters it. Consumers never return a message on purpose, so lost
 * connections and killed processes are what counts. The limit is high because each of these counts for every message in
 * flight.
 */
const DELIVERY_LIMIT = 100;

/** Delays before the first, second … retry of a message; after the last one it is a dead letter. */
const RETRY_DELAYS_MS = [5_000, 60_000, 600_000];

/**
 * The queues, their retry queues and their dead letters:
 *
 *     <queue> ──(retry)──> <queue>.retry.<delay>ms ──(after the delay)──> <queue>
 *        └──(cannot be handled, or delivery limit)──> ticket.dead-letters ──> <queue>.dead
 *
 * Quorum queues throughout. The broker forwards at least once: it removes the original only when the copy
 * is confirmed.
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
 * Declares what is missing; what exists stays as it is.
 *
 * @throws if something exists with other arguments (the broker closes the channel with 406)
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
