import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createPublisher } from './publisher.js';
import { until } from './testing.js';
import {
  acks,
  Faulty,
  numbered,
  RETRY_DELAY_MS,
  silent,
  openConsumerFixture,
  type ConsumerFixture,
} from './testing/consumer-fixture.js';
import { deadLetterQueueOf } from './topology.js';

let fixture: ConsumerFixture;

beforeAll(async () => {
  fixture = await openConsumerFixture(inject('stack').amqpUrl);
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

describe('a batch consumer', () => {
  it('handles every message once, in batches no larger than asked for', async () => {
    await fixture.publish(...numbered(95));
    const batches: string[][] = [];
    fixture.consume(async (messages) => {
      batches.push([...messages]);
      return acks(messages);
    });
    await until('all handled', () => batches.flat().length === 95);
    expect(batches.flat()).toEqual(numbered(95));
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(10);
    expect(await fixture.leftAfterClosing()).toBe(0);
  });

  it('reports what became of a batch and how long it took since publishing', async () => {
    await fixture.publish('a', 'b');
    fixture.consume(async (messages) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return acks(messages);
    });
    await until('reported', () => fixture.reports.length > 0);
    expect(fixture.reports[0]).toMatchObject({ queue: fixture.queue, acknowledged: 2, retried: [], dead: [] });
    expect(fixture.reports[0]?.lagsMs).toHaveLength(2);
    for (const lagMs of fixture.reports[0]?.lagsMs ?? []) {
      expect(lagMs).toBeGreaterThanOrEqual(100);
      expect(lagMs).toBeLessThan(5_000);
    }
  });

  it('acknowledges nothing before the work is done', async () => {
    await fixture.publish('a', 'b', 'c');
    let begun = 0;
    const never = fixture.consume(
      (messages) => {
        begun += messages.length;
        return new Promise(() => undefined);
      },
      { drainTimeoutMs: 50 },
    );
    await until('begun', () => begun === 3);
    expect(never.lagMs()).toBeGreaterThan(0);
    await until('all are back', async () => (await fixture.leftAfterClosing()) === 3);
  });

  it('sends what it cannot parse to the dead letters with the reason, and continues', async () => {
    await fixture.publish('a', 'bad one', 'b');
    const handled: string[] = [];
    fixture.consume(async (messages) => {
      handled.push(...messages);
      return acks(messages);
    });
    const dead = await fixture.topology.take(deadLetterQueueOf(fixture.queue));
    expect(dead.content.toString()).toBe('"bad one"');
    expect(dead.properties.headers).toMatchObject({
      'x-cause': 'unparsable',
      'x-cause-detail': 'it says bad',
      'x-cause-queue': fixture.queue,
    });
    await until('handled', () => handled.length === 2);
    await until('reported', () => fixture.reports.flatMap(({ dead: reasons }) => reasons).length === 1);
    expect(await fixture.leftAfterClosing()).toBe(0);
  });

  it('follows the results message by message', async () => {
    await fixture.publish('good', 'hopeless', 'good');
    fixture.consume(async (messages) =>
      messages.map((message) => (message === 'good' ? 'ack' : { deadLetter: 'unknown_event', detail: 'event 7' })),
    );
    const dead = await fixture.topology.take(deadLetterQueueOf(fixture.queue));
    expect(dead.properties.headers).toMatchObject({ 'x-cause': 'unknown_event', 'x-cause-detail': 'event 7' });
    expect(await fixture.topology.count(deadLetterQueueOf(fixture.queue))).toBe(0);
    expect(await fixture.leftAfterClosing()).toBe(0);
  });

  it('finds the message that makes a batch fail, retries it through the broker, and dead-letters it in the end', async () => {
    await fixture.publish(...numbered(7), 'poison', ...numbered(2));
    const handled: string[] = [];
    const poisonedAt: number[] = [];
    fixture.consume(async (messages) => {
      if (messages.includes('poison')) {
        if (messages.length === 1) poisonedAt.push(Date.now());
        throw new Faulty('check constraint');
      }
      handled.push(...messages);
      return acks(messages);
    });
    const dead = await fixture.topology.take(deadLetterQueueOf(fixture.queue));
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
    const deadEnd = createPublisher({
      url: fixture.line.url,
      logger: silent,
      topology: fixture.topology,
      publishTimeoutMs: 100,
    });
    await until('connected', () => deadEnd.isReady());
    await deadEnd.close();
    await fixture.publish('bad one');
    fixture.consume(async (messages) => acks(messages), { publisher: deadEnd, drainTimeoutMs: 50 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await fixture.topology.count(deadLetterQueueOf(fixture.queue))).toBe(0);
    await until('it is back', async () => (await fixture.leftAfterClosing()) === 1);
  });

  it('finishes the delivered messages when it closes', async () => {
    await fixture.publish(...numbered(60));
    let handled = 0;
    const consumer = fixture.consume(async (messages) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      handled += messages.length;
      return acks(messages);
    });
    await until('begun', () => handled > 0);
    await consumer.close();
    expect(handled + (await fixture.topology.count(fixture.queue))).toBe(60);
    expect(handled).toBe(60);
  });

  it('shares the queue with another consumer', async () => {
    const handled: string[][] = [[], []];
    for (const mine of handled) {
      fixture.consume(
        async (messages) => {
          mine.push(...messages);
          await new Promise((resolve) => setTimeout(resolve, 5));
          return acks(messages);
        },
        { prefetch: 10 },
      );
    }
    await until('both ready', () => fixture.consumers.every((consumer) => consumer.isReady()));
    await fixture.publish(...numbered(200));
    await until('handled', () => handled.flat().length === 200);
    expect(handled.flat().sort()).toEqual(numbered(200).sort());
    expect(handled[0]?.length).toBeGreaterThan(0);
    expect(handled[1]?.length).toBeGreaterThan(0);
  });
});
