import { setTimeout as sleep } from 'node:timers/promises';
import { OUTCOMES_CHANNEL } from '@box-office/contract';
import { createTopology, deadLetterQueueOf } from '@box-office/messaging';
import { connect, type ChannelModel } from 'amqplib';
import { Redis } from 'ioredis';
import type { Arena } from '../ground/arena.js';
import type { Random } from '../random.js';
import type { FaultKind } from './fault.js';

const TIMEOUT_MS = 5_000;
/** Longest to wait until the consumers have laid aside what is no message. */
const SWEEP_TIMEOUT_MS = 60_000;
const SWEEP_PAUSE_MS = 300;
/** Marks messages of this fault, so that they can be told from others among the dead letters. */
const MARK = 'x-rubbish';

/** None of it is a value that one of ours could have written. */
const TEXTS = ['', 'null', 'true', '"text"', '[]', '{}', '[null]', '{"id":', 'not JSON', '\u0000\u00ff'];
const LONG = [`${'['.repeat(20_000)}`, 'x'.repeat(2_000_000), `{"version":"x","items":${'[['.repeat(100)}`];
const SHAPES = [
  '{"state":"done","fingerprint":7}',
  '{"purchaseId":7,"outcome":null}',
  '{"id":7,"ticketTypes":[null]}',
  '{"userId":{},"items":5,"epoch":"x"}',
  '{"kind":"confirmed"}',
];
const RUBBISH = [...TEXTS, ...LONG, ...SHAPES];

/** Somebody else writes into the stores: on every channel, into every queue, at every key that is read. */
export const rubbish: FaultKind = {
  name: 'rubbish',
  // A record of an idempotency key that gave way to rubbish is forgotten.
  redisForgets: true,
  draw(random) {
    const durationMs = random.pick([3_000, 6_000]);
    const pauseMs = random.pick([20, 100]);
    const choice = random.fork(`rubbish ${random.int(0, 1_000_000)}`);
    return {
      what: `rubbish on every channel, in every queue and at every kind of key, every ${pauseMs} ms for ${durationMs} ms`,
      uses: ['redis', 'rabbitmq', 'messages'],
      durationMs,
      begin: (arena) => strewRubbish(arena, choice, pauseMs),
    };
  },
};

/** Returns what ends it, and takes the messages of the fault out of the dead letters again. */
async function strewRubbish({ stack }: Arena, random: Random, pauseMs: number): Promise<() => Promise<void>> {
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

  async function strew(): Promise<void> {
    while (!over.signal.aborted) {
      await redis.publish(OUTCOMES_CHANNEL, random.pick(RUBBISH));
      await redis.publish(OUTCOMES_CHANNEL, `[${random.pick(SHAPES)},null]`);
      await spoilKeys(redis, random);
      for (const queue of queues) {
        for (const to of [queue, deadLetterQueueOf(queue)]) {
          sent += 1;
          channel.sendToQueue(to, Buffer.from(random.pick(RUBBISH)), {
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

  const strewing = strew().catch(() => undefined);
  return async () => {
    over.abort();
    await strewing;
    redis.disconnect();
    try {
      await sweep(broker, queues, sent);
    } finally {
      await broker.close();
    }
  };
}

/** One key of each kind, picked at random; its value, its type, or one entry of it. */
async function spoilKeys(redis: Redis, random: Random): Promise<void> {
  const patterns = ['purchase:*', 'event:*', 'event_tickets:*', 'transaction:*', '{event:*}:*'];
  for (const pattern of patterns) {
    const [, keys] = await redis.scan(random.int(0, 1_000_000), 'MATCH', pattern, 'COUNT', 500);
    const usable = keys.filter((key) => !key.includes(':staging:'));
    if (usable.length === 0) continue;
    await spoil(redis, random, random.pick(usable));
  }
}

async function spoil(redis: Redis, random: Random, key: string): Promise<void> {
  if (random.chance(0.3)) {
    await redis.del(key);
    if (random.chance(0.5)) await redis.rpush(key, random.pick(RUBBISH));
    else await redis.sadd(key, random.pick(RUBBISH));
    return;
  }
  if ((await redis.type(key)) !== 'hash') {
    await redis.set(key, random.pick(RUBBISH));
    return;
  }
  const field = await redis.hrandfield(key);
  if (typeof field === 'string') await redis.hset(key, field, random.pick(RUBBISH));
}

/** Removes the fault's own messages from the dead letters, when all of them have come there; others stay. */
async function sweep(broker: ChannelModel, queues: readonly string[], sent: number): Promise<void> {
  const deadline = Date.now() + SWEEP_TIMEOUT_MS;
  for (let removed = 0; removed < sent;) {
    if (Date.now() > deadline) throw new Error(`${sent - removed} of ${sent} messages are not among the dead letters`);
    await sleep(SWEEP_PAUSE_MS);
    for (const queue of queues) removed += await removeMarked(broker, deadLetterQueueOf(queue));
  }
}

async function removeMarked(broker: ChannelModel, queue: string): Promise<number> {
  // Closing it gives back what was not acknowledged.
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
