import { type ConfirmChannel, IllegalOperationError, type Message } from 'amqplib';
import { type Envelope, propertiesOf } from './envelope.js';
import { PublishError } from './publish-error.js';

/** One call of `send`: a list that is confirmed as a whole. */
interface Job {
  readonly envelopes: readonly Envelope[];
  /** Messages given to a channel so far; the rest waits for room. */
  sent: number;
  confirmed: number;
  settled: boolean;
  settle(error?: PublishError): void;
}

/** One message between publish and confirmation. */
interface Unconfirmed {
  readonly job: Job;
  returned?: string;
}

export interface ConfirmBuffer {
  /** Resolves when all are confirmed; rejects with the first failure. */
  send(envelopes: readonly Envelope[], signal?: AbortSignal): Promise<void>;
  /** Sends as far as there is room. To be called when the channel may have become usable. */
  pump(): void;
  /** Marks a message that the broker returned; the confirmation that follows then counts as a failure. */
  markReturned(message: Message): void;
  /** Resolves when nothing is waiting. */
  drained(): Promise<void>;
  /** Fails all waiting lists and every later one. */
  refuse(error: PublishError): void;
}

/**
 * Messages that wait to be published or confirmed, over any number of channels.
 *
 * - Lists are sent in order, as far as `maxUnconfirmed` allows. That bounds the channel's own buffer too, so nothing waits for
 *   'drain', which may never come.
 * - A message whose list has timed out still counts until the broker answers or the channel ends.
 * - A channel that ends fails the lists that have messages on it. The others wait for the next channel until their deadline.
 */
export function createConfirmBuffer(o: {
  timeoutMs: number;
  maxUnconfirmed: number;
  /** The channel to publish on, if there is one that can take messages. */
  channel(): ConfirmChannel | undefined;
}): ConfirmBuffer {
  const waiting = new Set<Job>();
  const open = new Set<Job>();
  const unconfirmed = new Map<string, Set<Unconfirmed>>();
  let unconfirmedCount = 0;
  let refusal: PublishError | undefined;
  let onEmpty: (() => void)[] = [];

  function pump(): void {
    for (const job of waiting) {
      while (job.sent < job.envelopes.length) {
        const channel = o.channel();
        if (!channel || unconfirmedCount >= o.maxUnconfirmed) return;
        const envelope = job.envelopes[job.sent];
        if (!envelope) return;
        const attempt = publish(channel, job, envelope);
        if (attempt === 'no_channel') return;
        if (attempt === 'failed') break;
      }
      if (job.sent === job.envelopes.length) waiting.delete(job);
    }
  }

  function publish(channel: ConfirmChannel, job: Job, envelope: Envelope): 'sent' | 'failed' | 'no_channel' {
    const entry: Unconfirmed = { job };
    const key = keyOf(envelope.exchange, envelope.routingKey, envelope.messageId);
    const { exchange, routingKey, content } = envelope;
    try {
      channel.publish(exchange, routingKey, content, propertiesOf(envelope), (error: unknown) => {
        forget(key, entry);
        answer(entry, error);
      });
    } catch (error) {
      // The channel has just ended. The callbacks answer for the messages that it took already.
      if (error instanceof IllegalOperationError) return 'no_channel';
      job.settle(new PublishError('invalid', 'the message cannot be encoded', { cause: error }));
      return 'failed';
    }
    job.sent += 1;
    unconfirmedCount += 1;
    const duplicates = unconfirmed.get(key);
    if (duplicates) duplicates.add(entry);
    else unconfirmed.set(key, new Set([entry]));
    return 'sent';
  }

  function forget(key: string, entry: Unconfirmed): void {
    unconfirmedCount -= 1;
    const duplicates = unconfirmed.get(key);
    duplicates?.delete(entry);
    if (duplicates?.size === 0) unconfirmed.delete(key);
  }

  function answer({ job, returned }: Unconfirmed, error: unknown): void {
    if (error instanceof Error) {
      const nacked = error.message === 'message nacked';
      job.settle(
        nacked
          ? new PublishError('nacked', 'the broker refused a message')
          : new PublishError('lost', 'the channel ended before the confirmation', { cause: error }),
      );
    } else if (returned !== undefined) {
      job.settle(new PublishError('returned', `no queue takes the message: ${returned}`));
    } else {
      job.confirmed += 1;
      if (job.confirmed === job.envelopes.length) job.settle();
    }
    pump();
  }

  function send(envelopes: readonly Envelope[], signal?: AbortSignal): Promise<void> {
    if (envelopes.length === 0) return Promise.resolve();
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const job: Job = { envelopes, sent: 0, confirmed: 0, settled: false, settle };
      const timer = setTimeout(
        () => settle(new PublishError('timeout', `not confirmed within ${o.timeoutMs} ms`)),
        o.timeoutMs,
      );
      const onAbort = (): void => settle(new PublishError('aborted', 'publishing was cancelled'));

      function settle(error?: PublishError): void {
        if (job.settled) return;
        job.settled = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        waiting.delete(job);
        open.delete(job);
        if (error) reject(error);
        else resolve();
        if (open.size === 0) for (const notify of onEmpty.splice(0)) notify();
      }

      open.add(job);
      waiting.add(job);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      pump();
    });
  }

  return {
    send,
    pump,
    markReturned({ fields, properties }) {
      const key = keyOf(fields.exchange, fields.routingKey, String(properties.messageId));
      for (const entry of unconfirmed.get(key) ?? []) {
        entry.returned = 'replyText' in fields ? String(fields.replyText) : 'returned';
      }
    },
    drained: () =>
      new Promise((resolve) => {
        if (open.size === 0) resolve();
        else onEmpty.push(resolve);
      }),
    refuse(error) {
      refusal = error;
      for (const job of [...open]) job.settle(error);
      onEmpty = [];
    },
  };
}

const keyOf = (exchange: string, routingKey: string, messageId: string): string =>
  JSON.stringify([exchange, routingKey, messageId]);
