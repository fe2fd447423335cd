import { randomUUID } from 'node:crypto';
import {
  type BatchConsumer,
  createDeadLetterAdmin,
  createPublisher,
  deadLetterQueueOf,
  type Publisher,
} from '@box-office/messaging';
import { freshTopology, type FreshTopology, until } from '@box-office/messaging/testing';
import { createLogger, createPool } from '@box-office/platform';
import { readStatistics } from '@box-office/database';
import {
  capacityUpdate,
  openTestDatabase,
  readCapacity,
  transactionRecord,
  type TestDatabase,
} from '@box-office/database/testing';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createMetrics } from '../metrics.js';
import { createCapacityConsumer } from './capacity.js';
import type { ConsumerDeps } from './consumer.js';
import { createTransactionConsumer } from './transactions.js';

const TOTAL = 5_000;
const logger = createLogger({ service: 'test', level: 'silent' });
let database: TestDatabase;
let topology: FreshTopology;
let pool: pg.Pool;
let publisher: Publisher;
let deps: ConsumerDeps;
let eventId: string;
let consumers: BatchConsumer[] = [];

beforeAll(async () => {
  const stack = inject('stack');
  database = await openTestDatabase(stack);
  ({ pool } = database);
  topology = await freshTopology(stack.amqpUrl);
  publisher = createPublisher({ url: stack.amqpUrl, topology, logger });
  const metrics = createMetrics({ processMetrics: false });
  deps = { amqpUrl: stack.amqpUrl, topology, publisher, pool, metrics, logger };
});

beforeEach(async () => {
  eventId = await openEvent();
});

afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
});

afterAll(async () => {
  await publisher.close();
  await topology.drop();
  await database.close();
});

const openEvent = () => database.createEvent({ ticketTypes: [{ name: 'standard', priceMinor: 2_500, total: TOTAL }] });

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((element) => ({ element, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ element }) => element);
}

const sale = (changes: Parameters<typeof capacityUpdate>[2] = {}) => capacityUpdate(eventId, -1, changes);
const transaction = (changes: Parameters<typeof transactionRecord>[1] = {}) => transactionRecord(eventId, changes);

const publish = (queue: string, bodies: readonly { readonly MessageId: string }[]): Promise<void> =>
  publisher.publish(bodies.map((body) => ({ queue, messageId: body.MessageId, body })));

async function countOf(table: 'capacity_ledger' | 'audit_logs'): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`select count(*) from ${table} where event_id = $1`, [eventId]);
  return Number(rows[0]?.count);
}

async function drained(queue: string): Promise<void> {
  await until('the queue is empty', async () => (await topology.count(queue)) === 0);
  await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
  expect(await topology.count(queue)).toBe(0);
}

describe('the capacity consumers', () => {
  it('reduce events.capacity once per message, with two consumers and every tenth message twice', async () => {
    const queue = topology.queues.capacityUpdates;
    const sales = Array.from({ length: 1_000 }, () => sale());
    consumers = [createCapacityConsumer(deps), createCapacityConsumer(deps)];
    await publish(queue, shuffled([...sales, ...sales.filter((_, i) => i % 10 === 0)]));
    await until('applied', async () => (await readCapacity(pool, eventId)) === TOTAL - 1_000, 20_000);
    await drained(queue);
    expect(await readCapacity(pool, eventId)).toBe(TOTAL - 1_000);
    expect(await countOf('capacity_ledger')).toBe(1_000);
  });

  it('park 50 poison messages among 1,000 good ones with their reasons, and apply all others', async () => {
    const queue = topology.queues.capacityUpdates;
    const admin = createDeadLetterAdmin({ url: deps.amqpUrl, topology, logger });
    // This event is created later in the test.
    const later = String(Number(eventId) + 1);
    const early = times(20, () => sale({ EventId: later }));
    const good = times(1_000, () => sale());
    const conflicting = times(5, () => ({
      ...good[0],
      CapacityChange: -3,
      Items: [{ TicketType: 'standard', Quantity: 3 }],
    }));
    const unparsable = times(25, (i) => (i % 2 === 0 ? { EventId: eventId } : sale({ CapacityChange: -2 })));
    consumers = [createCapacityConsumer(deps)];
    await publish(queue, good.slice(0, 1));
    await until('applied', async () => (await readCapacity(pool, eventId)) === TOTAL - 1);
    const poison = [...early, ...conflicting, ...unparsable].map((body) => ({ MessageId: randomUUID(), ...body }));
    await publish(queue, shuffled([...poison, ...good.slice(1)]));
    await until('applied', async () => (await readCapacity(pool, eventId)) === TOTAL - 1_000, 20_000);
    await until('parked', async () => (await topology.count(deadLetterQueueOf(queue))) === 50, 20_000);
    const causes = (await admin.list({ queue, limit: 100 })).map(({ cause }) => cause.reason);
    expect(causes.sort()).toEqual([
      ...times(5, () => 'conflict'),
      ...times(20, () => 'unknown_event'),
      ...times(25, () => 'unparsable'),
    ]);
    expect(await countOf('capacity_ledger')).toBe(1_000);

    expect(await openEvent()).toBe(later);
    await admin.replay({ queue, limit: 100 }, async () => undefined);
    await until('applied', async () => (await readCapacity(pool, later)) === TOTAL - 20, 20_000);
    await until('parked again', async () => (await topology.count(deadLetterQueueOf(queue))) === 30, 20_000);
    await drained(queue);
    expect(await readCapacity(pool, eventId)).toBe(TOTAL - 1_000);
    await topology.channel.purgeQueue(deadLetterQueueOf(queue));
  });

  it('lose and duplicate nothing when PostgreSQL terminates their connections repeatedly', async () => {
    const queue = topology.queues.capacityUpdates;
    const ownPool = createPool({ url: database.databaseUrl, applicationName: 'victim', max: 4, logger });
    consumers = [createCapacityConsumer({ ...deps, pool: ownPool })];
    const publishAll = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        await publish(
          queue,
          Array.from({ length: 25 }, () => sale()),
        );
        await pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'victim' and datname = current_database()`,
        );
      }
    };
    await publishAll();
    await until('applied', async () => (await readCapacity(pool, eventId)) === TOTAL - 500, 20_000);
    await drained(queue);
    await ownPool.end();
    expect(await countOf('capacity_ledger')).toBe(500);
  });
});

describe('the transaction consumer', () => {
  it('writes one audit line per message and keeps the statistics equal to them', async () => {
    const queue = topology.queues.transactions;
    const sales = Array.from({ length: 200 }, () => transaction());
    const refunds = Array.from({ length: 20 }, () => transaction({ Operation: 'cancel' }));
    consumers = [createTransactionConsumer(deps, null), createTransactionConsumer(deps, null)];
    await publish(queue, [...sales, ...refunds, ...sales.slice(0, 50)]);
    await until('recorded', async () => (await countOf('audit_logs')) === 220);
    await drained(queue);
    const { statistics } = await readStatistics(pool, { eventId, limit: 10 });
    expect(statistics).toMatchObject([
      { purchases: 200, tickets: 200, amountMinor: 500_000, cancellations: 20, refundedMinor: 50_000 },
    ]);
  });

  it('exposes metrics', async () => {
    const queue = topology.queues.transactions;
    consumers = [createTransactionConsumer(deps, null)];
    await publish(queue, [transaction({ EventId: 'no such event' }), transaction()]);
    await topology.take(deadLetterQueueOf(queue));
    await until('recorded', async () => (await countOf('audit_logs')) === 1);
    await until('shown', async () => {
      const text = await deps.metrics.registry.metrics();
      return (
        text.includes(`messages_parked_total{queue="${queue}",to="dead_letters",reason="unknown_event"} 1`) &&
        text.includes(`consumer_ready{queue="${queue}"} 1`) &&
        text.includes(`messages_waiting{queue="${queue}"} 0`) &&
        text.includes(`message_lag_seconds_count{queue="${queue}"}`)
      );
    });
  });
});
