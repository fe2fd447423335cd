import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BatchConsumer, type BatchConsumerOptions, type BatchReport, createBatchConsumer } from './consumer.js';
import { createPublisher, type Publisher } from './publisher.js';
import { freshTopology, type FreshTopology, type Line, lineTo, until } from './testing.js';
import { deadLetterQueueOf, retryQueueOf } from './topology.js';
import type { HandlerResult } from './handler-result.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const RETRY_DELAY_MS = 300;
let topology: FreshTopology;
let line: Line;
let publisher: Publisher;
let queue: string;
let consumers: BatchConsumer[] = [];
let reports: BatchReport[] = [];

beforeAll(async () => {
  const { amqpUrl } = inject('stack');
  topology = await freshTopology(amqpUrl, [RETRY_DELAY_MS]);
  line = await lineTo(amqpUrl);
  publisher = createPublisher({ url: amqpUrl, logger: silent, topology });
  queue = topology.queues.capacityUpdates;
});

afterEach(async () => {
  line.mend();
  await Promise.all(consumers.map((consumer) => consumer.close()));
  consumers = [];
  reports = [];
  for (const name of [queue, deadLetterQueueOf(queue), retryQueueOf(queue, RETRY_DELAY_MS)]) {
    await topology.channel.purgeQueue(name);
  }
});

afterAll(async () => {
  await publisher.close();
  await line.close();
  await topology.drop();
});

class Faulty extends Error {}

/** A consumer of messages that are plain strings. */
function consume(
  handle: (messages: readonly string[]) => Promise<readonly HandlerResult[]>,
  o: Partial<BatchConsumerOptions<string>> = {},
): BatchConsumer {
  const consumer = createBatchConsumer<string>({
    url: line.url,
    queue,
    topology,
    publisher,
    prefetch: 100,
    batchSize: 10,
    batchWaitMs: 5,
    logger: silent,
    parse: (content) => {
      const text = content.toString();
      if (text.startsWith('"bad')) throw new Error('it says bad');
      return JSON.parse(text) as string;
    },
    handle,
    isMessageFault: (error) => error instanceof Faulty,
    available: async () => undefined,
    onBatch: (report) => reports.push(report),
    ...o,
  });
  consumers.push(consumer);
  return consumer;
}

const publish = (...bodies: string[]): Promise<void> =>
  publisher.publish(bodies.map((body) => ({ queue, messageId: randomUUID(), body })));

const acks = (messages: readonly string[]): HandlerResult[] => messages.map(() => 'ack');

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`);

/** Everything that the broker still holds, delivered or not, without consumers. */
async function leftAfterClosing(): Promise<number> {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
  return topology.count(queue);
}

describe('a batch consumer', () => {
  it('handles every message once, in batches no larger than asked for', async () => {
    await publish(...numbered(95));
    const batches: string[][] = [];
    consume(async (messages) => {
      batches.push([...messages]);
      return acks(messages);
    });
    await until('all handled', () => batches.flat().length === 95);
    expect(batches.flat()).toEqual(numbered(95));
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(10);
    expect(await leftAfterClosing()).toBe(0);
  });

  it('reports what became of a batch and how long it took since publishing', async () => {
    await publish('a', 'b');
    consume(async (messages) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return acks(messages);
    });
    await until('reported', () => reports.length > 0);
    expect(reports[0]).toMatchObject({ queue, acknowledged: 2, retried: [], dead: [] });
    for (const lagMs of reports[0]?.lagsMs ?? []) {
      expect(lagMs).toBeGreaterThanOrEqual(100);
      expect(lagMs).toBeLessThan(5_000);
    }
  });

  it('acknowledges nothing before the work is done', async () => {
    await publish('a', 'b', 'c');
    let begun = 0;
    const never = consume(
      (messages) => {
        begun += messages.length;
        return new Promise(() => undefined);
      },
      { drainTimeoutMs: 50 },
    );
    await until('begun', () => begun === 3);
    expect(never.lagMs()).toBeGreaterThan(0);
    await until('all are back', async () => (await leftAfterClosing()) === 3);
  });

  it('holds a batch while a dependency is unavailable, and never returns it', async () => {
    await publish(...numbered(25));
    const handled: string[] = [];
    let failures = 0;
    const consumer = consume(async (messages) => {
      if (failures < 4) {
        failures += 1;
        throw new Error('the database is unavailable');
      }
      handled.push(...messages);
      return acks(messages);
    });
    await until('fails', () => failures > 1 && !consumer.isReady());
    await until('handled', () => handled.length === 25);
    expect(handled).toEqual(numbered(25));
    await until('ready', () => consumer.isReady());
    await publish('later');
    await until('continues', () => handled.includes('later'));
  });

  it('leaves the queue alone until its dependencies are available, at the start and after a long outage', async () => {
    await publish('a');
    let isAvailable = false;
    let calls = 0;
    const consumer = consume(
      async (messages) => {
        calls += 1;
        if (!isAvailable) throw new Error('the database is unavailable');
        return acks(messages);
      },
      {
        holdLimitMs: 0,
        available: async () => {
          if (!isAvailable) throw new Error('still unavailable');
        },
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(calls).toBe(0);
    expect(await topology.count(queue)).toBe(1);
    isAvailable = true;
    await until('handled', () => calls === 1 && reports.length === 1);

    isAvailable = false;
    await publish('b');
    await until('given back', async () => calls > 1 && (await topology.count(queue)) === 1);
    const callsBefore = calls;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(calls).toBe(callsBefore);
    expect(consumer.isReady()).toBe(false);
    isAvailable = true;
    await until('handled', () => reports.length === 2);
  });

  it('sends what it cannot parse to the dead letters with the reason, and continues', async () => {
    await publish('a', 'bad one', 'b');
    const handled: string[] = [];
    consume(async (messages) => {
      handled.push(...messages);
      return acks(messages);
    });
    const dead = await topology.take(deadLetterQueueOf(queue));
    expect(dead.content.toString()).toBe('"bad one"');
    expect(dead.properties.headers).toMatchObject({
      'x-cause': 'unparsable',
      'x-cause-detail': 'it says bad',
      'x-cause-queue': queue,
    });
    await until('handled', () => handled.length === 2);
    await until('reported', () => reports.flatMap(({ dead: reasons }) => reasons).length === 1);
    expect(await leftAfterClosing()).toBe(0);
  });

  it('follows the results message by message', async () => {
    await publish('good', 'hopeless', 'good');
    consume(async (messages) =>
      messages.map((message) => (message === 'good' ? 'ack' : { deadLetter: 'unknown_event', detail: 'event 7' })),
    );
    const dead = await topology.take(deadLetterQueueOf(queue));
    expect(dead.properties.headers).toMatchObject({ 'x-cause': 'unknown_event', 'x-cause-detail': 'event 7' });
    expect(await topology.count(deadLetterQueueOf(queue))).toBe(0);
    expect(await leftAfterClosing()).toBe(0);
  });

  it('finds the message that makes a batch fail, retries it through the broker, and dead-letters it in the end', async () => {
    await publish(...numbered(7), 'poison', ...numbered(2));
    const handled: string[] = [];
    const poisonedAt: number[] = [];
    consume(async (messages) => {
      if (messages.includes('poison')) {
        if (messages.length === 1) poisonedAt.push(Date.now());
        throw new Faulty('check constraint');
      }
      handled.push(...messages);
      return acks(messages);
    });
    const dead = await topology.take(deadLetterQueueOf(queue));
    expect(handled.sort()).toEqual([...numbered(7), ...numbered(2)].sort());
    expect(poisonedAt).toHaveLength(2);
    expect((poisonedAt[1] ?? 0) - (poisonedAt[0] ?? 0)).toBeGreaterThanOrEqual(RETRY_DELAY_MS - 20);
    expect(dead.properties.headers).toMatchObject({
      'x-cause': 'failed',
      'x-cause-detail': 'check constraint',
      'x-retry-count': 1,
    });
    expect(dead.properties.headers).not.toHaveProperty('x-death');
  });

  it('keeps the original until its copy is confirmed', async () => {
    const deadEnd = createPublisher({ url: line.url, logger: silent, topology, publishTimeoutMs: 100 });
    await until('connected', () => deadEnd.isReady());
    await deadEnd.close();
    await publish('bad one');
    consume(async (messages) => acks(messages), { publisher: deadEnd, drainTimeoutMs: 50 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await topology.count(deadLetterQueueOf(queue))).toBe(0);
    await until('it is back', async () => (await leftAfterClosing()) === 1);
  });

  it('reconnects after a lost connection; what was not acknowledged is delivered again, the rest is not', async () => {
    const handled: string[] = [];
    // One at a time: each delivery proves that the broker has taken the acknowledgement of the one before.
    consume(
      async (messages) => {
        handled.push(...messages);
        return acks(messages);
      },
      { prefetch: 1, batchSize: 1 },
    );
    await publish(...numbered(20), 'last');
    await until('handled', () => handled.includes('last'));
    line.cut();
    await publish('after');
    await new Promise((resolve) => setTimeout(resolve, 200));
    line.mend();
    await until('handled', () => handled.includes('after'));
    // The acknowledgement of the last may or may not have arrived before the cut.
    expect(handled.filter((message) => message !== 'last')).toEqual([...numbered(20), 'after']);
  });

  it('abandons a batch whose connection broke, and handles the redelivered one', async () => {
    await publish('a', 'b');
    let calls = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    consume(async (messages) => {
      calls += 1;
      if (calls === 1) await held;
      return acks(messages);
    });
    await until('begun', () => calls === 1);
    line.cut();
    line.mend();
    await until('lost', async () => (await topology.count(queue)) > 0 || calls > 1);
    release();
    await until('handled again', () => reports.length === 1);
    expect(calls).toBe(2);
    expect(await leftAfterClosing()).toBe(0);
  });

  it('notices a broker that does not answer any more, and opens another connection', async () => {
    const handled: string[] = [];
    const url = new URL(line.url);
    url.searchParams.set('heartbeat', '1');
    const consumer = consume(
      async (messages) => {
        handled.push(...messages);
        return acks(messages);
      },
      { url: url.href },
    );
    await until('ready', () => consumer.isReady());
    line.freeze();
    await publish('to the silence');
    await until('handled', () => handled.includes('to the silence'));
  });

  it('subscribes again when somebody deletes the queue under it', async () => {
    const handled: string[] = [];
    const consumer = consume(async (messages) => {
      handled.push(...messages);
      return acks(messages);
    });
    await until('ready', () => consumer.isReady());
    await topology.channel.deleteQueue(queue);
    await until('published', () =>
      publish('again').then(
        () => true,
        () => false,
      ),
    );
    await until('handled', () => handled.includes('again'));
  });

  it('finishes the delivered messages when it closes', async () => {
    await publish(...numbered(60));
    let handled = 0;
    const consumer = consume(async (messages) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      handled += messages.length;
      return acks(messages);
    });
    await until('begun', () => handled > 0);
    await consumer.close();
    expect(handled + (await topology.count(queue))).toBe(60);
    expect(handled).toBe(60);
  });

  it('closes at once while a dependency is unavailable, leaving the messages to the broker', async () => {
    await publish('a', 'b');
    let failures = 0;
    const consumer = consume(async () => {
      failures += 1;
      throw new Error('the database is unavailable');
    });
    await until('held', () => failures > 3);
    const begun = Date.now();
    await consumer.close();
    expect(Date.now() - begun).toBeLessThan(2_000);
    await until('both are back', async () => (await topology.count(queue)) === 2);
  });

  it('shares the queue with another consumer', async () => {
    const handled: string[][] = [[], []];
    for (const mine of handled) {
      consume(
        async (messages) => {
          mine.push(...messages);
          await new Promise((resolve) => setTimeout(resolve, 5));
          return acks(messages);
        },
        { prefetch: 10 },
      );
    }
    await until('both ready', () => consumers.every((consumer) => consumer.isReady()));
    await publish(...numbered(200));
    await until('handled', () => handled.flat().length === 200);
    expect(handled.flat().sort()).toEqual(numbered(200).sort());
    expect(handled[0]?.length).toBeGreaterThan(0);
    expect(handled[1]?.length).toBeGreaterThan(0);
  });
});
