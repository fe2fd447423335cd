import { setTimeout as sleep } from 'node:timers/promises';
import { OUTCOMES_CHANNEL } from '@box-office/contract';
import { createTopology, deadLetterQueueOf } from '@box-office/messaging';
import { connect, type ChannelModel } from 'amqplib';
import { Redis } from 'ioredis';
import type { CorruptedKey } from '../../checker/corrupted-keys.js';
import type { FaultHarness } from '../harness/fault-harness.js';
import type { Random } from '../random.js';
import { UNCUT_CLIENT } from './connections.js';
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
      begin: (harness, corrupted) => writeMalformedData(harness, { random: choice, pauseMs, corrupted }),
    };
  },
};

/** Returns a function that ends it and removes the messages of the fault from the dead letters. */
async function writeMalformedData(
  { stack }: FaultHarness,
  { random, pauseMs, corrupted }: { random: Random; pauseMs: number; corrupted: CorruptedKey[] },
): Promise<() => Promise<void>> {
  const { redisUrl, amqpUrl } = stack.addresses;
  const redis = new Redis(redisUrl, {
    // A cut connection would leave it unknown whether a key was overwritten.
    connectionName: UNCUT_CLIENT,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
  });
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
      corrupted.push(...(await corruptKeys(redis, random)));
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
export async function corruptKeys(redis: Redis, random: Random): Promise<CorruptedKey[]> {
  const patterns = ['purchase:*', 'hold:*', 'event:*', 'event_tickets:*', 'transaction:*', '{event:*}:*'];
  const corrupted: CorruptedKey[] = [];
  for (const pattern of patterns) {
    const [, keys] = await redis.scan(random.int(0, 1_000_000), 'MATCH', pattern, 'COUNT', 500);
    const usable = keys.filter((key) => !key.includes(':staging:'));
    if (usable.length === 0) continue;
    const key = random.pick(usable);
    const atMs = Date.now();
    corrupted.push({ key, atMs, fields: await corrupt(redis, random, key) });
  }
  return corrupted;
}

/** @returns the fields that were overwritten, if the key was a hash */
async function corrupt(redis: Redis, random: Random, key: string): Promise<string[]> {
  const isHash = (await redis.type(key)) === 'hash';
  if (random.chance(0.3)) {
    // One transaction, so that no field is added after they are listed.
    const replacing = redis.multi().hkeys(key).del(key);
    if (random.chance(0.5)) replacing.rpush(key, random.pick(MALFORMED));
    else replacing.sadd(key, random.pick(MALFORMED));
    const [[, fields] = []] = (await replacing.exec()) ?? [];
    // A key of another type has none.
    return Array.isArray(fields) ? fields.map(String) : [];
  }
  if (!isHash) {
    await redis.set(key, random.pick(MALFORMED));
    return [];
  }
  const field = await redis.hrandfield(key);
  if (typeof field !== 'string') return [];
  await redis.hset(key, field, random.pick(MALFORMED));
  return [field];
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
