import { randomUUID } from 'node:crypto';
import type { Message, MessagePropertyHeaders } from 'amqplib';
import { type Envelope, TIMESTAMP_MS_HEADER } from './envelope.js';
import { retryQueueOf, type Topology } from './topology.js';

/** Headers that say why a message was parked. */
const CAUSE = {
  /** A short stable word. */
  reason: 'x-cause',
  /** The error's message or the like. */
  detail: 'x-cause-detail',
  queue: 'x-cause-queue',
  /** When it was parked, ISO 8601. */
  at: 'x-cause-at',
} as const;
const RETRY_COUNT = 'x-retry-count';
/** How often an operator has replayed it. */
const REPLAY_COUNT = 'x-replay-count';
const MAX_DETAIL_CHARS = 1_000;
/** Bytes that the client encodes in one short text. */
const MAX_SHORT_TEXT_BYTES = 255;
/** Characters of the headers that a copy takes along; the client encodes no more than 64 KiB of them. */
const MAX_HEADER_CHARS = 8_192;
/** Range of a JavaScript date. */
const MAX_INSTANT_MS = 8_640_000_000_000_000;
/**
 * The broker's own record of a message's dead-lettering. A copy starts without it: with an old entry the broker can take the
 * return from a retry queue for an endless cycle, and then it drops the message.
 */
const BROKER_HEADERS = new Set(['x-death', 'x-delivery-count']);
const BROKER_HEADER_PREFIX = /^x-(first|last)-death-/;

/** A copy that leaves the queue: to a retry queue or to the dead letters. */
export interface Parked {
  readonly envelope: Envelope;
  readonly became: { readonly kind: 'retry' | 'dead'; readonly reason: string };
}

interface Cause {
  readonly reason: string;
  readonly detail?: string | undefined;
}

/** The copy of a message for the dead letters of its queue, unchanged except for headers with the cause. */
export function deadLetterOf(topology: Topology, queue: string, message: Message, cause: Cause): Parked {
  return {
    envelope: copyOf(message, topology.deadLetterExchange, queue, causeHeaders(queue, cause)),
    became: { kind: 'dead', reason: cause.reason },
  };
}

/** The copy that returns to its queue after the next delay; to the dead letters when no delay is left. */
export function retryOf(topology: Topology, queue: string, message: Message, cause: Cause): Parked {
  const retries = retriesOf(message);
  const delayMs = topology.retryDelaysMs[retries];
  if (delayMs === undefined) return deadLetterOf(topology, queue, message, cause);
  const headers = { ...causeHeaders(queue, cause), [RETRY_COUNT]: retries + 1 };
  return {
    envelope: copyOf(message, '', retryQueueOf(queue, delayMs), headers),
    became: { kind: 'retry', reason: cause.reason },
  };
}

/** Why a message is a dead letter, from its headers. */
export interface DeadLetterCause {
  /** A short stable word; `delivery_limit` and the like where the broker dead-lettered it. */
  readonly reason: string;
  readonly detail: string;
  /** ISO 8601; null where it was not recorded. */
  readonly at: string | null;
}

/** Reads the cause; for a message that the broker dead-lettered, the reason that the broker gives. */
export function causeOf({ properties }: Message): DeadLetterCause {
  const headers = properties.headers ?? {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const byBroker = text(headers['x-first-death-reason']) ?? text(headers['x-last-death-reason']);
  const reason = text(headers[CAUSE.reason]) ?? byBroker ?? 'unknown';
  const at = text(headers[CAUSE.at]);
  return { reason, detail: text(headers[CAUSE.detail]) ?? '', at: at !== undefined && isTime(at) ? at : null };
}

/** The copy that returns from the dead letters to its queue, as if it had just been published. */
export function replayOf(queue: string, message: Message): Envelope {
  const before: unknown = message.properties.headers?.[REPLAY_COUNT];
  const replays = typeof before === 'number' && Number.isSafeInteger(before) ? before : 0;
  const { headers, ...envelope } = copyOf(message, '', queue, { [REPLAY_COUNT]: replays + 1 });
  const removed = new Set<string>([...Object.values(CAUSE), RETRY_COUNT]);
  return { ...envelope, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.has(name))) };
}

/** When the message was first published, Unix time in ms; undefined if its publisher did not say. */
export function publishedAtMsOf({ properties }: Message): number | undefined {
  const exact: unknown = properties.headers?.[TIMESTAMP_MS_HEADER];
  if (isInstant(exact)) return exact;
  const seconds: unknown = properties.timestamp;
  const ms = typeof seconds === 'number' ? seconds * 1000 : undefined;
  return isInstant(ms) ? ms : undefined;
}

/** Whole: the client encodes a large fraction as an integer of 64 bits, which fails. */
const isInstant = (ms: unknown): ms is number =>
  Number.isSafeInteger(ms) && Number(ms) >= 0 && Number(ms) <= MAX_INSTANT_MS;

const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));

function retriesOf({ properties }: Message): number {
  const count: unknown = properties.headers?.[RETRY_COUNT];
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : 0;
}

function causeHeaders(queue: string, { reason, detail }: Cause): MessagePropertyHeaders {
  return {
    [CAUSE.reason]: reason,
    [CAUSE.detail]: (detail ?? '').slice(0, MAX_DETAIL_CHARS),
    [CAUSE.queue]: queue,
    [CAUSE.at]: new Date().toISOString(),
  };
}

function copyOf(message: Message, exchange: string, routingKey: string, headers: MessagePropertyHeaders): Envelope {
  const { headers: before } = message.properties;
  return {
    exchange,
    routingKey,
    messageId: shortText(message.properties.messageId) || randomUUID(),
    content: message.content,
    contentType: shortText(message.properties.contentType) ?? 'application/octet-stream',
    type: shortText(message.properties.type) ?? message.fields.routingKey,
    publishedAtMs: publishedAtMsOf(message) ?? Date.now(),
    headers: { ...ofItsPublisher(before ?? {}), ...headers },
  };
}

/** Undefined for what cannot be sent on: bytes that are no UTF-8 become longer when they are read as text. */
const shortText = (value: unknown): string | undefined =>
  typeof value === 'string' && Buffer.byteLength(value) <= MAX_SHORT_TEXT_BYTES ? value : undefined;

/** The client encodes larger ones as integers of 64 bits, which not all of them are. */
const isEncodable = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) < 2 ** 50;

/** Without the broker's own, and without those that cannot be sent on: one such header would block the queue permanently. */
function ofItsPublisher(headers: MessagePropertyHeaders): MessagePropertyHeaders {
  let room = MAX_HEADER_CHARS;
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]: [string, unknown]) => {
      if (BROKER_HEADERS.has(name) || BROKER_HEADER_PREFIX.test(name) || shortText(name) === undefined) return false;
      const isPlain = typeof value === 'string' || typeof value === 'boolean' || isEncodable(value);
      const chars = name.length + String(value).length;
      if (!isPlain || chars > room) return false;
      room -= chars;
      return true;
    }),
  );
}
