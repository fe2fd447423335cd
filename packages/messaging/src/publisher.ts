import { withTimeout } from '@box-office/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import { connectBroker } from './connection.js';
import type { Envelope, OutgoingMessage } from './envelope.js';
import { envelopeOf } from './envelope.js';
import type { MessagingLogger } from './logger.js';
import { createConfirmBuffer } from './confirm-buffer.js';
import { PublishError } from './publish-error.js';
import { createTopology, declareTopology, type Topology } from './topology.js';

const PUBLISH_TIMEOUT_MS = 10_000;
const MAX_UNCONFIRMED = 1_000;
/**
 * A deleted queue is declared again after a pause only. A consumer that does not know of the deletion yet would be attached
 * to the new queue silently, and messages delivered to it would be lost (seen with RabbitMQ 3.10).
 */
const REDECLARE_DELAY_MS = 1_000;
/** How long closing waits for unconfirmed messages, and for the channel to close. */
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
  /** The same for complete envelopes: with an exchange, headers, and content of any type. */
  send(envelopes: readonly Envelope[], signal?: AbortSignal): Promise<void>;
  /** Connected, and the broker takes messages. */
  isReady(): boolean;
  /** Waits within a deadline for unconfirmed messages, then rejects every call. */
  close(): Promise<void>;
}

/**
 * A publisher with its own connection, which reconnects by itself. Messages wait for the connection in order, until their
 * deadline. At most `maxUnconfirmed` are with the broker at a time, so that neither a slow broker nor an unavailable one
 * fills the memory.
 *
 * @param publishTimeoutMs deadline of one call of `publish` or `send`
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

  const buffer = createConfirmBuffer({
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
        buffer.markReturned(message);
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
    onChange: () => buffer.pump(),
  });

  /** The broker returned a message because its queue was deleted. A later attempt finds the queue again. */
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
    publish: (messages, signal) => buffer.send(messages.map(envelopeOf), signal),
    send: (envelopes, signal) => buffer.send(envelopes, signal),
    isReady: () => !closed && channel !== undefined && connection.isUp(),
    async close() {
      if (closed) return;
      closed = true;
      await withTimeout(buffer.drained(), DRAIN_TIMEOUT_MS, 'messages were not confirmed').catch((error: unknown) =>
        o.logger.warn({ err: error }, 'closes the publisher with unconfirmed messages'),
      );
      buffer.refuse(new PublishError('closed', 'the publisher is closed'));
      // The channel first: closing the connection could overtake frames that the channel has not sent.
      if (channel)
        await withTimeout(channel.close(), CLOSE_TIMEOUT_MS, 'the channel did not close').catch(() => undefined);
      await connection.close();
    },
  };
}
