import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createBatchConsumer } from './consumer.js';
import { createDeadLetterAdmin, type DeadLetterAdmin } from './dead-letters.js';
import { createPublisher, type Publisher } from './publisher.js';
import { freshTopology, until, type FreshTopology } from './testing.js';
import { deadLetterQueueOf } from './topology.js';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const { amqpUrl } = inject('stack');
let topology: FreshTopology;
let publisher: Publisher;
let admin: DeadLetterAdmin;
let queue: string;

beforeAll(async () => {
  topology = await freshTopology(amqpUrl);
  publisher = createPublisher({ url: amqpUrl, topology, logger });
  admin = createDeadLetterAdmin({ url: amqpUrl, topology, logger });
  queue = topology.queues.capacityUpdates;
});
afterAll(async () => {
  await publisher.close();
  await topology.drop();
});

/** Lets messages die of `cause`, one after the other. */
async function letDie(messageIds: readonly string[], cause = 'conflict'): Promise<void> {
  await publisher.publish(messageIds.map((messageId) => ({ queue, messageId, body: { MessageId: messageId } })));
  const consumer = createBatchConsumer<string>({
    url: amqpUrl,
    queue,
    topology,
    publisher,
    logger,
    prefetch: 10,
    batchSize: 10,
    batchWaitMs: 1,
    parse: (content) => content.toString(),
    handle: async (messages) => messages.map(() => ({ deadLetter: cause, detail: `of ${cause}` })),
    isMessageFault: () => false,
    available: async () => undefined,
  });
  await until('dead', async () => (await topology.count(deadLetterQueueOf(queue))) === messageIds.length);
  await consumer.close();
}

const nothing = async (): Promise<void> => undefined;
const idsOf = (letters: readonly { readonly id: string }[]): string[] => letters.map(({ id }) => id);

describe('the dead letters', () => {
  let ids: string[];
  beforeEach(() => {
    ids = [randomUUID(), randomUUID(), randomUUID()];
  });
  afterEach(async () => {
    await topology.channel.purgeQueue(queue);
    await topology.channel.purgeQueue(deadLetterQueueOf(queue));
  });

  it('are listed with their causes, oldest first, and stay where they are', async () => {
    await letDie(ids);
    for (let i = 0; i < 3; i++) expect(idsOf(await admin.list({ queue, limit: 10 }))).toEqual(ids);
    const [letter] = await admin.list({ queue, limit: 1 });
    expect(letter).toMatchObject({
      queue,
      cause: { reason: 'conflict', detail: 'of conflict' },
      content: JSON.stringify({ MessageId: ids[0] }),
    });
    expect(Date.parse(letter?.cause.at ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await admin.count()).toEqual([
      { queue, waiting: 0, dead: 3 },
      { queue: topology.queues.transactions, waiting: 0, dead: 0 },
    ]);
  });

  it('go back into their queue as they were, and are put on record before', async () => {
    await letDie(ids);
    let told: readonly string[] = [];
    const replayed = await admin.replay({ queue, limit: 10 }, async (letters) => {
      told = idsOf(letters);
      expect(await topology.count(queue)).toBe(0);
    });
    expect(idsOf(replayed)).toEqual(ids);
    expect(told).toEqual(ids);
    expect(await topology.count(deadLetterQueueOf(queue))).toBe(0);
    const back = [await topology.take(queue), await topology.take(queue), await topology.take(queue)];
    expect(back.map(({ properties }) => String(properties.messageId))).toEqual(ids);
    expect(back[0]?.content.toString()).toBe(JSON.stringify({ MessageId: ids[0] }));
    const headers = back[0]?.properties.headers ?? {};
    expect(headers['x-replay-count']).toBe(1);
    expect(Object.keys(headers).filter((name) => /^x-(cause|retry|first|last|death)/.test(name))).toEqual([]);
  });

  it('are replayed or dropped one by one, the others stay in their order', async () => {
    await letDie(ids);
    const [first, second, third] = ids;
    expect(idsOf(await admin.replay({ queue, ids: [second ?? ''], limit: 10 }, nothing))).toEqual([second]);
    expect(idsOf(await admin.list({ queue, limit: 10 }))).toEqual([first, third]);
    expect(idsOf(await admin.drop({ queue, ids: [third ?? ''], limit: 10 }, nothing))).toEqual([third]);
    expect(idsOf(await admin.list({ queue, limit: 10 }))).toEqual([first]);
    expect(await admin.drop({ queue, ids: [randomUUID()], limit: 10 }, nothing)).toEqual([]);
  });

  it('are all gone from there once they were replayed or dropped, however many there are', async () => {
    const many = Array.from({ length: 200 }, () => randomUUID());
    await letDie(many);
    expect(await admin.replay({ queue, ids: many.slice(0, 120), limit: 200 }, nothing)).toHaveLength(120);
    expect(await topology.count(queue)).toBe(120);
    // Those that were looked at and not meant come back in a moment; none of the others does.
    await until('returned', async () => (await topology.count(deadLetterQueueOf(queue))) >= 80);
    expect(idsOf(await admin.drop({ queue, limit: 200 }, nothing)).sort()).toEqual(many.slice(120).sort());
    expect(await admin.list({ queue, limit: 200 })).toEqual([]);
  });

  it('stay where they are if that cannot be put on record', async () => {
    await letDie(ids);
    const fail = (): Promise<void> => Promise.reject(new Error('no record'));
    await expect(admin.replay({ queue, limit: 10 }, fail)).rejects.toThrow('no record');
    await expect(admin.drop({ queue, limit: 10 }, fail)).rejects.toThrow('no record');
    await until('returned', async () => (await topology.count(deadLetterQueueOf(queue))) === 3);
    expect(await topology.count(queue)).toBe(0);
  });

  it('can die again, and be replayed again', async () => {
    const [one = ''] = ids;
    await letDie([one]);
    await admin.replay({ queue, limit: 1 }, nothing);
    await topology.channel.purgeQueue(queue);
    await letDie([one], 'unknown_event');
    expect((await admin.list({ queue, limit: 1 }))[0]?.cause.reason).toBe('unknown_event');
    await admin.replay({ queue, limit: 1 }, nothing);
    expect((await topology.take(queue)).properties.messageId).toBe(one);
  });

  it('of strangers, with no id and no cause, have a name all the same', async () => {
    topology.channel.publish(topology.deadLetterExchange, queue, Buffer.from('x'.repeat(20_000)));
    await until('there', async () => (await topology.count(deadLetterQueueOf(queue))) === 1);
    const [letter] = await admin.list({ queue, limit: 1 });
    expect(letter).toMatchObject({ cause: { reason: 'unknown', at: null }, publishedAt: null, bytes: 20_000 });
    expect(letter?.id).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(letter?.content).toHaveLength(8_192);
    expect(await admin.drop({ queue, ids: [letter?.id ?? ''], limit: 1 }, nothing)).toHaveLength(1);
  });

  it('of no other queue are there', async () => {
    await expect(admin.list({ queue: 'orders', limit: 1 })).rejects.toThrow(RangeError);
  });

  it('cannot be had while the broker is unavailable', async () => {
    const away = createDeadLetterAdmin({ url: 'amqp://127.0.0.1:1', topology, logger });
    await expect(away.count()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
