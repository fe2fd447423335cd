import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { until } from './testing.js';
import { acks, numbered, openConsumerFixture, type ConsumerFixture } from './testing/consumer-fixture.js';

let fixture: ConsumerFixture;

beforeAll(async () => {
  fixture = await openConsumerFixture(inject('stack').amqpUrl);
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

describe('a batch consumer', () => {
  it('holds a batch while a dependency is unavailable, and never returns it', async () => {
    await fixture.publish(...numbered(25));
    const handled: string[] = [];
    let failures = 0;
    const consumer = fixture.consume(async (messages) => {
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
    await fixture.publish('later');
    await until('continues', () => handled.includes('later'));
  });

  it('leaves the queue alone until its dependencies are available, at the start and after a long outage', async () => {
    await fixture.publish('a');
    let isAvailable = false;
    let calls = 0;
    const consumer = fixture.consume(
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
    expect(await fixture.topology.count(fixture.queue)).toBe(1);
    isAvailable = true;
    await until('handled', () => calls === 1 && fixture.reports.length === 1);

    isAvailable = false;
    await fixture.publish('b');
    await until('given back', async () => calls > 1 && (await fixture.topology.count(fixture.queue)) === 1);
    const callsBefore = calls;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(calls).toBe(callsBefore);
    expect(consumer.isReady()).toBe(false);
    isAvailable = true;
    await until('handled', () => fixture.reports.length === 2);
  });

  it('reconnects after a lost connection; what was not acknowledged is delivered again, the rest is not', async () => {
    const handled: string[] = [];
    // One at a time: each delivery proves that the broker has taken the acknowledgement of the one before.
    fixture.consume(
      async (messages) => {
        handled.push(...messages);
        return acks(messages);
      },
      { prefetch: 1, batchSize: 1 },
    );
    await fixture.publish(...numbered(20), 'last');
    await until('handled', () => handled.includes('last'));
    fixture.line.cut();
    await fixture.publish('after');
    await new Promise((resolve) => setTimeout(resolve, 200));
    fixture.line.mend();
    await until('handled', () => handled.includes('after'));
    // The acknowledgement of the last may or may not have arrived before the cut.
    expect(handled.filter((message) => message !== 'last')).toEqual([...numbered(20), 'after']);
  });

  it('abandons a batch whose connection broke, and handles the redelivered one', async () => {
    await fixture.publish('a', 'b');
    let calls = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    fixture.consume(async (messages) => {
      calls += 1;
      if (calls === 1) await held;
      return acks(messages);
    });
    await until('begun', () => calls === 1);
    fixture.line.cut();
    fixture.line.mend();
    await until('lost', async () => (await fixture.topology.count(fixture.queue)) > 0 || calls > 1);
    release();
    await until('handled again', () => fixture.reports.length === 1);
    expect(calls).toBe(2);
    expect(await fixture.leftAfterClosing()).toBe(0);
  });

  it('notices a broker that does not answer any more, and opens another connection', async () => {
    const handled: string[] = [];
    const url = new URL(fixture.line.url);
    url.searchParams.set('heartbeat', '1');
    const consumer = fixture.consume(
      async (messages) => {
        handled.push(...messages);
        return acks(messages);
      },
      { url: url.href },
    );
    await until('ready', () => consumer.isReady());
    fixture.line.freeze();
    await fixture.publish('to the silence');
    await until('handled', () => handled.includes('to the silence'));
  });

  it('subscribes again when somebody deletes the queue under it', async () => {
    const handled: string[] = [];
    const consumer = fixture.consume(async (messages) => {
      handled.push(...messages);
      return acks(messages);
    });
    await until('ready', () => consumer.isReady());
    await fixture.topology.channel.deleteQueue(fixture.queue);
    await until('published', () =>
      fixture.publish('again').then(
        () => true,
        () => false,
      ),
    );
    await until('handled', () => handled.includes('again'));
  });

  it('closes at once while a dependency is unavailable, leaving the messages to the broker', async () => {
    await fixture.publish('a', 'b');
    let failures = 0;
    const consumer = fixture.consume(async () => {
      failures += 1;
      throw new Error('the database is unavailable');
    });
    await until('held', () => failures > 3);
    const begun = Date.now();
    await consumer.close();
    expect(Date.now() - begun).toBeLessThan(2_000);
    await until('both are back', async () => (await fixture.topology.count(fixture.queue)) === 2);
  });
});
