import { createTopology } from '@box-office/messaging';
import { connect, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import type { Random } from '../random.js';
import type { FaultKind } from './fault.js';

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_HELD = 200;
const RETURN_EVERY_MS = 150;
const MAX_COPIES = 3;
/** Marks messages that were copied, so that copies are not copied again. */
const MARK = 'x-shuffled';

/** Takes messages out of the queues and puts copies back in another order. */
export const messageShuffle: FaultKind = {
  name: 'copy and shuffle messages',
  draw(random) {
    const durationMs = random.pick([3_000, 6_000]);
    const shuffle = random.fork(`shuffle ${random.int(0, 1_000_000)}`);
    return {
      what: `messages copied up to ${MAX_COPIES} times and shuffled for ${durationMs} ms`,
      uses: ['messages'],
      durationMs,
      begin: ({ stack }) => shuffleMessages(stack.addresses.amqpUrl, shuffle),
    };
  },
};

/** Returns a function that ends it. If the broker goes down meanwhile, it requeues the messages that were taken. */
async function shuffleMessages(amqpUrl: string, random: Random): Promise<() => Promise<void>> {
  const connection = await connect(amqpUrl, { timeout: CONNECT_TIMEOUT_MS });
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  await channel.prefetch(MAX_HELD);
  const queues = Object.values(createTopology().queues);
  let held: { readonly queue: string; readonly message: ConsumeMessage }[] = [];
  const tags: string[] = [];
  for (const queue of queues) {
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) held.push({ queue, message });
    });
    tags.push(consumerTag);
  }

  async function putBack(): Promise<void> {
    const taken = random.shuffled(held);
    held = [];
    for (const { queue, message } of taken) {
      const copies = message.properties.headers?.[MARK] === true ? 1 : random.int(1, MAX_COPIES);
      for (let copy = 0; copy < copies; copy++) send(channel, queue, message);
    }
    await channel.waitForConfirms();
    for (const { message } of taken) channel.ack(message);
  }

  let returning: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    returning = returning.then(putBack).catch(() => undefined);
  }, RETURN_EVERY_MS);

  return async () => {
    clearInterval(timer);
    await returning;
    try {
      for (const tag of tags) await channel.cancel(tag);
      await putBack();
      await connection.close();
    } catch {
      // The broker went down; it has requeued the messages.
    }
  };
}

function send(channel: ConfirmChannel, queue: string, { content, properties }: ConsumeMessage): void {
  const headers = { ...properties.headers, [MARK]: true };
  channel.sendToQueue(queue, content, { ...properties, headers, persistent: true });
}
