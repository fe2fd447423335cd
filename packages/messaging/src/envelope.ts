import type { MessagePropertyHeaders, Options } from 'amqplib';

/** A message of the contract on its way to its queue. */
export interface OutgoingMessage {
  readonly queue: string;
  /** Consumers tell a repetition by it; also a field of the body. */
  readonly messageId: string;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** A message as the broker sees it. Always persistent and mandatory. */
export interface Envelope {
  /** Empty for the default exchange, whose routing key is the queue's name. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly messageId: string;
  readonly content: Buffer;
  readonly contentType: string;
  /** Kind of message: the queue that it was first meant for. */
  readonly type: string;
  /** When it was first published, Unix time. */
  readonly publishedAtMs: number;
  readonly headers: MessagePropertyHeaders;
}

/** Header with the time of publishing; AMQP's own timestamp counts seconds. RabbitMQ's interceptor uses this name too. */
export const TIMESTAMP_MS_HEADER = 'timestamp_in_ms';

export function envelopeOf(message: OutgoingMessage): Envelope {
  return {
    exchange: '',
    routingKey: message.queue,
    messageId: message.messageId,
    content: Buffer.from(JSON.stringify(message.body)),
    contentType: 'application/json',
    type: message.queue,
    publishedAtMs: Date.now(),
    headers: {},
  };
}

export function propertiesOf(envelope: Envelope): Options.Publish {
  return {
    persistent: true,
    mandatory: true,
    messageId: envelope.messageId,
    contentType: envelope.contentType,
    type: envelope.type,
    timestamp: Math.floor(envelope.publishedAtMs / 1000),
    headers: { ...envelope.headers, [TIMESTAMP_MS_HEADER]: envelope.publishedAtMs },
  };
}
