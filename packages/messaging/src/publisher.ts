import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import { connectBroker } from './connection.js';
import type { Envelope, OutgoingMessage } from './envelope.js';
import { envelopeOf } from './envelope.js';
import type { MessagingLogger } from './logger.js';
import { createOutbox } from './outbox.js';
import { PublishError } from './publish-error.js';
import { createTopology, declareTopology, type Topology } from './topology.js';
import { within } from './within.js';

const PUBLISH_TIMEOUT_MS = 10_000;
const MAX_UNCONFIRMED = 1_000;
/**
 * A queue that was deleted is not declared again at once: a consumer that has not been told yet of the deletion would be
 * attached to the new queue without a word, and messages given to it would go nowhere (seen with RabbitMQ 3.10).
 */
const REDECLARE_DELAY_MS = 1_000;
/** Longest that closing waits for messages under way, and for the channel's goodbye. */
const DRAIN_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface Publisher {
  /**
   * Publishes messages durably: resolves when the broker has confirmed every one of them. Rejects with the first
   * failure; then some may have been published nevertheless, so publish the whole list again (consumers know a
   * message by its id).
   *
   * @throws PublishError
   */
  publish(messages: readonly OutgoingMessage[], signal?: AbortSignal): Promise<void>;
  /** The same for messages that are made up already: to an exchange, with headers, with content that is no JSON. */
  send(envelopes: readonly Envelope[], signal?: AbortSignal): Promise<void>;
  /** Connected, and the broker takes messages. */
  isReady(): boolean;
  /** Waits (bounded) for what is under way, then refuses everything. */
  close(): Promise<void>;
}

/**
 * A publisher with a connection of its own that recovers by itself. Messages wait for the connection, in order and
 * within their time limit, and no more than `maxUnconfirmed` are with the broker at a time: neither a broker that is
 * slow nor one that is away fills the memory.
 *
 * @param publishTimeoutMs longest that one call of `publish` or `send` takes
 */
export function createPublisher(o: {
  url: string;
  logger: MessagingLogger;
  name?: string;
  topology?: Topology;
  publishTimeoutMs?: number;
  maxUnconfirmed?: number;
}): Publisher {
  const topology = o.topology ?? createTopology();
  let channel: ConfirmChannel | undefined;
  let redeclaring = false;
  let closed = false;

  const outbox = createOutbox({
    timeoutMs: o.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS,
    maxUnconfirmed: o.maxUnconfirmed ?? MAX_UNCONFIRMED,
    channel: () => (connection.isUp() ? channel : undefined),
  });

  const connection = connectBroker({
    url: o.url,
    name: o.name ?? 'publisher',
    logger: o.logger,
    async setUp(model) {
      const opened = await model.createConfirmChannel();
      opened.on('error', (error) => o.logger.error({ err: error }, 'the broker closed the publishing channel'));
      opened.on('handler-error', (error) => o.logger.error({ err: error }, 'a listener of the channel failed'));
      opened.on('return', (message) => {
        outbox.markReturned(message);
        void redeclare(opened);
      });
      opened.on('close', () => {
        if (channel !== opened) return;
        channel = undefined;
        if (!closed) connection.restart('its publishing channel was closed');
      });
      await declareTopology(opened, topology);
      channel = opened;
    },
    onChange: () => outbox.pump(),
  });

  /** A message came back because its queue is gone: somebody deleted it. A later attempt shall find it. */
  async function redeclare(opened: ConfirmChannel): Promise<void> {
    if (redeclaring) return;
    redeclaring = true;
    o.logger.error({}, 'a message could not be routed; will declare the queues again');
    try {
      await sleep(REDECLARE_DELAY_MS, undefined, { ref: false });
      if (channel === opened) await declareTopology(opened, topology);
    } catch (error) {
      o.logger.error({ err: error }, 'could not declare the queues again');
    } finally {
      redeclaring = false;
    }
  }

  return {
    publish: (messages, signal) => outbox.send(messages.map(envelopeOf), signal),
    send: (envelopes, signal) => outbox.send(envelopes, signal),
    isReady: () => !closed && channel !== undefined && connection.isUp(),
    async close() {
      if (closed) return;
      closed = true;
      await within(DRAIN_TIMEOUT_MS, outbox.drained(), 'messages were not confirmed').catch((error: unknown) =>
        o.logger.warn({ err: error }, 'closes the publisher with messages under way'),
      );
      outbox.refuse(new PublishError('closed', 'the publisher is closed'));
      // Its own goodbye first: the connection's could overtake frames that the channel has not sent yet.
      if (channel) await within(CLOSE_TIMEOUT_MS, channel.close(), 'no goodbye').catch(() => undefined);
      await connection.close();
    },
  };
}
