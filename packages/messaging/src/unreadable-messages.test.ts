import { randomUUID } from 'node:crypto';
import type { Options } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createBatchConsumer, type BatchConsumer } from './consumer.js';
import { createDeadLetterAdmin } from './dead-letters.js';
import { createPublisher, type Publisher } from './publisher.js';
import { parseCapacityUpdate, parseTransactionRecord } from './schemas.js';
import { freshTopology, until, type FreshTopology } from './testing.js';
import { deadLetterQueueOf } from './topology.js';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const { amqpUrl } = inject('stack');
let topology: FreshTopology;
let publisher: Publisher;
const consumers: BatchConsumer[] = [];

beforeAll(async () => {
  topology = await freshTopology(amqpUrl);
  publisher = createPublisher({ url: amqpUrl, topology, logger });
});
afterEach(() => Promise.all(consumers.splice(0).map((consumer) => consumer.close())));
afterAll(async () => {
  await publisher.close();
  await topology.drop();
});

const CONTENTS = [
  'null',
  '7',
  '"text"',
  '[]',
  '{}',
  '{"EventId":',
  '',
  '\u0000',
  '['.repeat(100_000),
  'x'.repeat(2_000_000),
];

const double = (value: number): unknown => ({ '!': 'double', value });

/** Properties that the broker takes and that this client cannot send again as they are. */
const PROPERTIES: readonly Options.Publish[] = [
  {
    headers: {
      much: double(2 ** 52 + 0.5),
      huge: double(-1e300),
      nested: { deep: [1, null] },
    },
  },
  { headers: { 'x-retry-count': 'many', 'x-cause': 7, timestamp_in_ms: double(-1e300) } },
  { headers: { long: 'x'.repeat(60_000) } },
  { headers: { timestamp_in_ms: double(1e300) }, messageId: 'é'.repeat(120), type: '', contentType: '' },
  { timestamp: Number.MAX_SAFE_INTEGER },
  { headers: { timestamp_in_ms: double(2 ** 50 + 0.5), 'x-cause-at': 'yesterday' } },
];

describe.each([
  ['capacity updates', 'capacityUpdates', parseCapacityUpdate],
  ['transactions', 'transactions', parseTransactionRecord],
] as const)('in the queue of %s', (_, name, parse) => {
  it('what is no message goes to the dead letters, whatever its content and headers, and those behind it are handled', async () => {
    const queue = topology.queues[name];
    const handled: unknown[] = [];
    const consumer = createBatchConsumer<unknown>({
      url: amqpUrl,
      queue,
      topology,
      publisher,
      logger,
      prefetch: 10,
      batchSize: 5,
      batchWaitMs: 1,
      parse: (content) => (content.toString() === '"sound"' ? 'sound' : parse(content)),
      handle: async (messages) => {
        handled.push(...messages);
        return messages.map(() => 'ack');
      },
      isMessageFault: () => false,
      available: async () => undefined,
    });
    consumers.push(consumer);
    const { channel } = topology;
    for (const content of CONTENTS) channel.sendToQueue(queue, Buffer.from(content));
    for (const properties of PROPERTIES) channel.sendToQueue(queue, Buffer.from('null'), properties);
    channel.sendToQueue(queue, Buffer.from([0xff, 0xfe, 0x00]), { messageId: randomUUID() });
    channel.sendToQueue(queue, Buffer.from('"sound"'));
    await until('the sound one is handled', () => handled.length === 1);
    const dead = CONTENTS.length + PROPERTIES.length + 1;
    await until('all are dead', async () => (await topology.count(deadLetterQueueOf(queue))) === dead);
    expect(consumer.isReady()).toBe(true);

    const admin = createDeadLetterAdmin({ url: amqpUrl, topology, logger });
    const letters = await admin.list({ queue, limit: 100 });
    expect(letters).toHaveLength(dead);
    expect(new Set(letters.map(({ cause }) => cause.reason))).toEqual(new Set(['unparsable']));
  });

  it('what lies among the dead letters by somebody else is listed, put back and dropped like any other', async () => {
    const queue = topology.queues[name];
    await topology.channel.purgeQueue(deadLetterQueueOf(queue));
    for (const properties of PROPERTIES) {
      topology.channel.sendToQueue(deadLetterQueueOf(queue), Buffer.from('null'), properties);
    }
    const admin = createDeadLetterAdmin({ url: amqpUrl, topology, logger });
    const record = async (): Promise<void> => undefined;
    await until('they are there', async () => (await admin.list({ queue, limit: 100 })).length === PROPERTIES.length);
    expect((await admin.list({ queue, limit: 100 })).map(({ cause }) => cause.at)).toEqual(PROPERTIES.map(() => null));
    expect(await admin.replay({ queue, limit: 100 }, record)).toHaveLength(PROPERTIES.length);
    await until('they are back', async () => (await topology.count(queue)) === PROPERTIES.length);
    topology.channel.sendToQueue(deadLetterQueueOf(queue), Buffer.from(''));
    await until('it is there', async () => (await admin.list({ queue, limit: 1 })).length === 1);
    expect(await admin.drop({ queue, limit: 100 }, record)).toHaveLength(1);
    await topology.channel.purgeQueue(queue);
  });
});
