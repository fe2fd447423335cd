import { withTimeout } from '@box-office/platform';
import { createHash } from 'node:crypto';
import { connect, type Channel, type ChannelModel, type GetMessage } from 'amqplib';
import type { MessagingLogger } from './logger.js';
import { createPublisher } from './publisher.js';
import { causeOf, publishedAtMsOf, replayOf, type DeadLetterCause } from './parked.js';
import { createTopology, declareTopology, deadLetterQueueOf, type Topology } from './topology.js';

/** Maximum of dead letters that one call takes. */
const MAX_LETTERS = 2_000;
/**
 * Maximum of unacknowledged letters on one channel. A quorum queue takes each acknowledgement as a command of its own, and a
 * channel sends at most 32 at a time (`quorum_commands_soft_limit`): those beyond wait in the channel and are lost when it
 * closes.
 */
const MAX_PER_CHANNEL = 30;
const CONNECT_TIMEOUT_MS = 5_000;
/** Deadline of one answer of the broker. */
const ANSWER_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** Maximum of bytes of a message that are shown or kept. */
const MAX_SHOWN_BYTES = 8_192;

/** A message that could not be handled, and why. Times are ISO 8601. */
export interface DeadLetter {
  /** The message id; of a message without one, a digest of its content. Names it for `replay` and `drop`. */
  readonly id: string;
  /** The queue that it was taken from, and that it goes back to. */
  readonly queue: string;
  readonly cause: DeadLetterCause;
  /** Null if its publisher did not say. */
  readonly publishedAt: string | null;
  /** Its content as text, cut to 8 KiB. */
  readonly content: string;
  readonly bytes: number;
}

export interface DeadLetterSelection {
  /** As in `queues`: the one that the messages were taken from. */
  readonly queue: string;
  /** Ids of the letters that are meant; all of them without. */
  readonly ids?: readonly string[];
  /** Maximum of letters; at most 2,000. */
  readonly limit: number;
}

/**
 * Called with the letters before anything happens to them, to record it. If it rejects, nothing happens; if a later step
 * fails, it may be called with the same letters again.
 */
export type BeforeDeadLetters = (letters: readonly DeadLetter[]) => Promise<void>;

/** What operators do to dead letters. Every call opens its own connection and rejects while the broker is unavailable. */
export interface DeadLetterAdmin {
  /** The queues whose dead letters these are. */
  readonly queues: readonly string[];
  /** How many there are, by the queue that they were taken from; and how many messages wait in that queue. */
  count(): Promise<readonly { readonly queue: string; readonly waiting: number; readonly dead: number }[]>;
  /** The oldest ones. Other consumers do not see them for a moment. */
  list(selection: Pick<DeadLetterSelection, 'queue' | 'limit'>): Promise<readonly DeadLetter[]>;
  /**
   * Puts letters back into their queue, with the same content and message id and all retries before them. A letter leaves
   * the dead letters when the broker has confirmed its copy. If something fails in between, both exist; the consumer
   * recognises a repetition by the message id.
   */
  replay(selection: DeadLetterSelection, before: BeforeDeadLetters): Promise<readonly DeadLetter[]>;
  /** Removes letters permanently. */
  drop(selection: DeadLetterSelection, before: BeforeDeadLetters): Promise<readonly DeadLetter[]>;
}

interface Taken {
  readonly channel: Channel;
  readonly message: GetMessage;
  readonly letter: DeadLetter;
}

type OpenChannel = () => Promise<Channel>;

export function createDeadLetterAdmin(o: {
  readonly url: string;
  readonly logger: MessagingLogger;
  readonly topology?: Topology;
}): DeadLetterAdmin {
  const topology = o.topology ?? createTopology();
  const queues = Object.values(topology.queues);

  /** Runs `work` on channels of one connection; what it has not acknowledged returns to its queue in any case. */
  async function connected<T>(work: (open: OpenChannel) => Promise<T>): Promise<T> {
    const model = await connect(o.url, { timeout: CONNECT_TIMEOUT_MS, noDelay: true });
    model.on('error', (error) => o.logger.debug({ err: error }, 'the broker connection of the dead letters failed'));
    const channels: Channel[] = [];
    async function open(): Promise<Channel> {
      const channel = await withTimeout(model.createChannel(), ANSWER_TIMEOUT_MS, 'the broker opened no channel');
      channel.on('error', (error) => o.logger.warn({ err: error }, 'the broker closed a channel of the dead letters'));
      channels.push(channel);
      return channel;
    }
    try {
      await withTimeout(
        declareTopology(await open(), topology),
        ANSWER_TIMEOUT_MS,
        'the broker did not declare the queues',
      );
      const result = await work(open);
      // The channels first: closing the connection could overtake acknowledgements.
      for (const channel of channels) {
        await withTimeout(channel.close(), CLOSE_TIMEOUT_MS, 'the channel did not close').catch(() => undefined);
      }
      return result;
    } finally {
      await close(model);
    }
  }

  async function close(model: ChannelModel): Promise<void> {
    await withTimeout(model.close(), CLOSE_TIMEOUT_MS, 'the broker did not confirm the close').catch(() => undefined);
  }

  /** Gets letters without acknowledging them, oldest first, until enough of the selected ones are there. */
  async function take(open: OpenChannel, { queue, ids, limit }: DeadLetterSelection): Promise<Taken[]> {
    if (!queues.includes(queue)) throw new RangeError(`${queue} has no dead letters`);
    const wanted = ids && new Set(ids);
    const max = Math.min(limit, MAX_LETTERS);
    const taken: Taken[] = [];
    let channel = await open();
    for (let seen = 0; seen < MAX_LETTERS && taken.length < max; seen++) {
      if (seen > 0 && seen % MAX_PER_CHANNEL === 0) channel = await open();
      const getting = channel.get(deadLetterQueueOf(queue), { noAck: false });
      const message = await withTimeout(getting, ANSWER_TIMEOUT_MS, 'the broker gave no dead letter');
      if (message === false) break;
      const letter = letterOf(queue, message);
      if (!wanted || wanted.has(letter.id)) taken.push({ channel, message, letter });
    }
    return taken;
  }

  return {
    queues,
    count: () =>
      connected(async (open) => {
        const channel = await open();
        const counts: { queue: string; waiting: number; dead: number }[] = [];
        for (const queue of queues) {
          const [waiting, dead] = [await size(channel, queue), await size(channel, deadLetterQueueOf(queue))];
          counts.push({ queue, waiting, dead });
        }
        return counts;
      }),
    list: (selection) => connected(async (open) => (await take(open, selection)).map(({ letter }) => letter)),
    replay: (selection, before) =>
      connected(async (open) => {
        const taken = await take(open, selection);
        const letters = taken.map(({ letter }) => letter);
        if (taken.length === 0) return letters;
        await before(letters);
        const publisher = createPublisher({ url: o.url, name: 'dead letters', topology, logger: o.logger });
        try {
          await publisher.send(taken.map(({ message }) => replayOf(selection.queue, message)));
        } finally {
          await publisher.close();
        }
        for (const { channel, message } of taken) channel.ack(message);
        return letters;
      }),
    drop: (selection, before) =>
      connected(async (open) => {
        const taken = await take(open, selection);
        const letters = taken.map(({ letter }) => letter);
        if (taken.length > 0) await before(letters);
        for (const { channel, message } of taken) channel.ack(message);
        return letters;
      }),
  };
}

async function size(channel: Channel, queue: string): Promise<number> {
  const checking = channel.checkQueue(queue);
  return (await withTimeout(checking, ANSWER_TIMEOUT_MS, 'the broker did not count a queue')).messageCount;
}

function letterOf(queue: string, message: GetMessage): DeadLetter {
  const { content, properties } = message;
  const messageId: unknown = properties.messageId;
  const publishedAtMs = publishedAtMsOf(message);
  return {
    id: typeof messageId === 'string' && messageId !== '' ? messageId : digestOf(content),
    queue,
    cause: causeOf(message),
    publishedAt: publishedAtMs === undefined ? null : new Date(publishedAtMs).toISOString(),
    content: content.subarray(0, MAX_SHOWN_BYTES).toString('utf8'),
    bytes: content.length,
  };
}

const digestOf = (content: Buffer): string => `sha256-${createHash('sha256').update(content).digest('hex')}`;
