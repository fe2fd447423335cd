import { setTimeout as sleep } from 'node:timers/promises';
import { OUTCOMES_CHANNEL } from '@box-office/contract';
import { createTopology, deadLetterQueueOf } from '@box-office/messaging';
import { connect, type ChannelModel } from 'amqplib';
import { Redis } from 'ioredis';
import type { FaultHarness } from '../harness/fault-harness.js';
import type { Random } from '../random.js';
import type { FaultKind } from './fault.js';

const TIMEOUT_MS = 5_000;
/** Timeout for the consumers to park all malformed messages. */
const CLEAN_UP_TIMEOUT_MS = 60_000;
const CLEAN_UP_PAUSE_MS = 300;
/** Marks messages of this fault, to distinguish them from other dead letters. */
const MARK = 'x-malformed';

/** None of these is a value that our services write. */
const TEXTS = ['', 'null', 'true', '"text"', '[]', '{}', '[null]', '{"id":', 'not JSON', '\u0000\u00ff'];
const LONG = [`${'['.repeat(20_000)}`, 'x'.repeat(2_000_000), `{"version":"x","items":${'[['.repeat(100)}`];
const SHAPES = [
  '{"state":"done","fingerprint":7}',
  '{"purchaseId":7,"outcome":null}',
  '{"id":7,"ticketTypes":[null]}',
  '{"userId":{},"items":5,"epoch":"x"}',
  '{"kind":"confirmed"}',
];
const MALFORMED = [...TEXTS, ...LONG, ...SHAPES];

/** Writes malformed data to every channel, every queue and every kind of key. */
export const malformedData: FaultKind = {
  name: 'malformed data',
  // An idempotency record that is overwritten is lost.
  losesRedisData: true,
  draw(random) {
    const durationMs = random.pick([3_000, 6_000]);
    const pauseMs = random.pick([20, 100]);
    const choice = random.fork(`malformed data ${random.int(0, 1_000_000)}`);
    return {
      what: `malformed data in every channel, queue and kind of key, every ${pauseMs} ms for ${durationMs} ms`,
      uses: ['redis', 'rabbitmq', 'messages'],
      durationMs,
      begin: (harness) => writeMalformedData(harness, choice, pauseMs),
    };
  },
};

/** Returns a function that ends it and removes the messages of the fault from the dead letters. */
async function writeMalformedData(
  { stack }: FaultHarness,
  random: Random,
  pauseMs: number,
): Promise<() => Promise<void>> {
  const { redisUrl, amqpUrl } = stack.addresses;
  const redis = new Redis(redisUrl, { connectTimeout: TIMEOUT_MS, commandTimeout: TIMEOUT_MS });
  redis.on('error', () => undefined);
  const broker = await connect(amqpUrl, { timeout: TIMEOUT_MS });
  broker.on('error', () => undefined);
  const channel = await broker.createConfirmChannel();
  channel.on('error', () => undefined);
  const over = new AbortController();
  const queues = Object.values(createTopology().queues);
  let sent = 0;

  async function writeUntilOver(): Promise<void> {
    while (!over.signal.aborted) {
      await redis.publish(OUTCOMES_CHANNEL, random.pick(MALFORMED));
      await redis.publish(OUTCOMES_CHANNEL, `[${random.pick(SHAPES)},null]`);
      await corruptKeys(redis, random);
      for (const queue of queues) {
        for (const to of [queue, deadLetterQueueOf(queue)]) {
          sent += 1;
          channel.sendToQueue(to, Buffer.from(random.pick(MALFORMED)), {
            persistent: true,
            headers: {
              [MARK]: 'yes',
              'x-retry-count': 'many',
              timestamp_in_ms: { '!': 'double', value: -1e300 },
              nested: { deep: [1, null] },
            },
          });
        }
      }
      await channel.waitForConfirms();
      await sleep(pauseMs);
    }
  }

  const writing = writeUntilOver().catch(() => undefined);
  return async () => {
    over.abort();
    await writing;
    redis.disconnect();
    try {
      await removeFromDeadLetters(broker, queues, sent);
    } finally {
      await broker.close();
    }
  };
}

/** Corrupts one random key of each kind: its value, its type, or one field. */
async function corruptKeys(redis: Redis, random: Random): Promise<void> {
  const patterns = ['purchase:*', 'hold:*', 'event:*', 'event_tickets:*', 'transaction:*', '{event:*}:*'];
  for (const pattern of patterns) {
    const [, keys] = await redis.scan(random.int(0, 1_000_000), 'MATCH', pattern, 'COUNT', 500);
    const usable = keys.filter((key) => !key.includes(':staging:'));
    if (usable.length === 0) continue;
    await corrupt(redis, random, random.pick(usable));
  }
}

async function corrupt(redis: Redis, random: Random, key: string): Promise<void> {
  if (random.chance(0.3)) {
    await redis.del(key);
    if (random.chance(0.5)) await redis.rpush(key, random.pick(MALFORMED));
    else await redis.sadd(key, random.pick(MALFORMED));
    return;
  }
  if ((await redis.type(key)) !== 'hash') {
    await redis.set(key, random.pick(MALFORMED));
    return;
  }
  const field = await redis.hrandfield(key);
  if (typeof field === 'string') await redis.hset(key, field, random.pick(MALFORMED));
}

/** Waits until all messages of the fault are dead letters and removes them. Other dead letters stay. */
async function removeFromDeadLetters(broker: ChannelModel, queues: readonly string[], sent: number): Promise<void> {
  const deadline = Date.now() + CLEAN_UP_TIMEOUT_MS;
  for (let removed = 0; removed < sent;) {
    if (Date.now() > deadline) throw new Error(`${sent - removed} of ${sent} messages are not among the dead letters`);
    await sleep(CLEAN_UP_PAUSE_MS);
    for (const queue of queues) removed += await removeMarked(broker, deadLetterQueueOf(queue));
  }
}

async function removeMarked(broker: ChannelModel, queue: string): Promise<number> {
  // Closing the channel requeues the messages that were not acknowledged.
  const channel = await broker.createConfirmChannel();
  channel.on('error', () => undefined);
  let removed = 0;
  for (let message = await channel.get(queue); message !== false; message = await channel.get(queue)) {
    if (message.properties.headers?.[MARK] !== 'yes') continue;
    channel.ack(message);
    removed += 1;
  }
  await channel.close();
  return removed;
}
