import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createPublisher, type Publisher } from './publisher.js';
import { freshTopology, type FreshTopology, type Line, lineTo, until } from './testing.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let topology: FreshTopology;
let line: Line;
let queue: string;
const publishers: Publisher[] = [];

beforeAll(async () => {
  const { amqpUrl } = inject('stack');
  topology = await freshTopology(amqpUrl);
  line = await lineTo(amqpUrl);
  queue = topology.queues.transactions;
});

afterEach(async () => {
  line.mend();
  await Promise.all(publishers.splice(0).map((publisher) => publisher.close()));
  await topology.channel.purgeQueue(queue);
});

afterAll(async () => {
  await line.close();
  await topology.drop();
});

function aPublisher(o: { publishTimeoutMs?: number; maxUnconfirmed?: number } = {}): Publisher {
  const publisher = createPublisher({ url: line.url, logger: silent, topology, ...o });
  publishers.push(publisher);
  return publisher;
}

const messages = (count: number, body: unknown = { n: 1 }) =>
  Array.from({ length: count }, (_, i) => ({ queue, messageId: `message-${i}`, body }));

describe('a publisher', () => {
  it('resolves when the broker holds the messages, persistent and with their properties', async () => {
    await aPublisher().publish(messages(2, { EventId: 'é', n: 2 }));
    const { content, properties } = await topology.take(queue);
    expect(JSON.parse(content.toString())).toEqual({ EventId: 'é', n: 2 });
    expect(properties).toMatchObject({
      messageId: 'message-0',
      contentType: 'application/json',
      type: queue,
      deliveryMode: 2,
    });
    expect(Math.abs(Number(properties.timestamp) - Date.now() / 1000)).toBeLessThan(5);
    expect(await topology.count(queue)).toBe(1);
  });

  it('is ready once it is connected, and no more when it is closed', async () => {
    const publisher = aPublisher();
    expect(publisher.isReady()).toBe(false);
    await until('ready', () => publisher.isReady());
    await publisher.close();
    expect(publisher.isReady()).toBe(false);
    await expect(publisher.publish(messages(1))).rejects.toMatchObject({ reason: 'closed' });
  });

  it('passes more messages than may be unconfirmed at a time, in order', async () => {
    await aPublisher({ maxUnconfirmed: 7 }).publish(messages(500));
    expect(await topology.count(queue)).toBe(500);
    for (let i = 0; i < 20; i++) expect((await topology.take(queue)).properties.messageId).toBe(`message-${i}`);
  });

  it('rejects what no queue takes, and declares a deleted queue again for the next attempt', async () => {
    const publisher = aPublisher();
    await publisher.publish(messages(1));
    await topology.channel.deleteQueue(queue);
    await expect(publisher.publish(messages(1))).rejects.toMatchObject({ reason: 'returned' });
    await until('published', () =>
      publisher.publish(messages(1)).then(
        () => true,
        () => false,
      ),
    );
  });

  it('waits for an unavailable broker, within its time limit', async () => {
    line.cut();
    const publisher = aPublisher({ publishTimeoutMs: 300 });
    await expect(publisher.publish(messages(1))).rejects.toMatchObject({ reason: 'timeout' });
    const patient = aPublisher().publish(messages(1));
    line.mend();
    await patient;
    expect(await topology.count(queue)).toBe(1);
  });

  it('rejects what was unconfirmed when the connection broke, and continues with the next connection', async () => {
    const publisher = aPublisher();
    await publisher.publish(messages(1));
    line.freeze();
    const doomed = publisher.publish(messages(3));
    const outcome = expect(doomed).rejects.toMatchObject({ reason: 'lost' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    line.cut();
    await outcome;
    line.mend();
    await publisher.publish(messages(1));
    expect(await topology.count(queue)).toBeGreaterThanOrEqual(2);
  });

  it('does not take more for a silent broker than may be unconfirmed', async () => {
    const publisher = aPublisher({ maxUnconfirmed: 5, publishTimeoutMs: 200 });
    await publisher.publish(messages(1));
    line.freeze();
    await expect(publisher.publish(messages(50))).rejects.toMatchObject({ reason: 'timeout' });
    await expect(publisher.publish(messages(50))).rejects.toMatchObject({ reason: 'timeout' });
    line.mend();
    await publisher.publish(messages(1));
    expect(await topology.count(queue)).toBe(1 + 5 + 1);
  });

  it('gives up at its caller’s signal', async () => {
    line.cut();
    const publishing = aPublisher().publish(messages(1), AbortSignal.timeout(50));
    await expect(publishing).rejects.toMatchObject({ reason: 'aborted' });
  });

  it('comes back when its channel alone is closed by the broker', async () => {
    const publisher = aPublisher();
    await publisher.publish(messages(1));
    const toNowhere = {
      exchange: 'no such exchange',
      routingKey: queue,
      messageId: 'x',
      content: Buffer.from('{}'),
      contentType: 'application/json',
      type: 'x',
      publishedAtMs: Date.now(),
      headers: {},
    };
    await expect(publisher.send([toNowhere])).rejects.toMatchObject({ reason: 'lost' });
    await publisher.publish(messages(1));
    expect(await topology.count(queue)).toBe(2);
  });
});
