import { randomUUID } from 'node:crypto';
import { CAPACITY_UPDATES_QUEUE, type CapacityUpdate } from '@box-office/contract';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createCli, type Cli } from '../support/cli.js';
import { startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

const GOOD = 1_000;
const OF_LOST_EVENT = 24;
const UNPARSABLE = 26;

let system: TestSystem;
let cli: Cli;

beforeAll(async () => {
  const stack = inject('stack');
  system = await startTestSystem({ api: 1, auditConsumer: 1 });
  cli = createCli({ AMQP_URL: stack.amqpUrl, DATABASE_URL: stack.databaseUrl, API_URL: 'http://127.0.0.1:1' });
});
afterAll(() => system.close());

/** Pairs of corrections that add up to zero. Each pair has another amount, so that a lost or doubled message shows. */
function messagesOf(eventId: string, count: number): CapacityUpdate[] {
  return Array.from({ length: count / 2 }, (_, i) => i + 1).flatMap((amount) => {
    const PurchaseId = randomUUID();
    return [-amount, amount].map((CapacityChange) => ({
      EventId: eventId,
      CapacityChange,
      PurchaseId,
      MessageId: randomUUID(),
      TransactionId: 'T',
      Operation: 'adjust' as const,
      Items: [],
      OccurredAt: new Date().toISOString(),
    }));
  });
}

async function publish(bodies: readonly { readonly id: string; readonly content: Buffer }[]): Promise<void> {
  const connection = await connect(inject('stack').amqpUrl);
  const channel = await connection.createConfirmChannel();
  for (const { id, content } of bodies) {
    channel.publish('', CAPACITY_UPDATES_QUEUE, content, { messageId: id, persistent: true });
  }
  await channel.waitForConfirms();
  await connection.close();
}

const sent = (message: CapacityUpdate) => ({ id: message.MessageId, content: Buffer.from(JSON.stringify(message)) });

/** Capacity and ledger of an event, from one query. */
async function eventOf(eventId: string) {
  const { rows } = await system.pool.query<{ capacity: number; initial: number; lines: number; sum: number }>(
    `select e.capacity, e.initial_capacity as initial, count(l.message_id)::int as lines,
            coalesce(sum(l.change), 0)::int as sum
       from events e left join capacity_ledger l on l.event_id = e.id where e.id = $1 group by e.id`,
    [eventId],
  );
  return rows[0];
}

/** Restores a deleted event, as an operator would. */
async function restoreEvent(id: string, like: string): Promise<void> {
  await system.pool.query(
    `insert into events (id, name, venue, starts_at, ends_at, time_zone, currency, capacity, initial_capacity)
     select $1, name, venue, starts_at, ends_at, time_zone, currency, capacity, initial_capacity from events where id = $2`,
    [id, like],
  );
  await system.pool.query(
    `insert into event_ticket_types (event_id, name, position, price_minor, total)
     select $1, name, position, price_minor, total from event_ticket_types where event_id = $2`,
    [id, like],
  );
  await system.pool.query('insert into event_inventory (event_id) values ($1)', [id]);
}

interface Listed {
  readonly deadLetters: readonly { readonly id: string; readonly cause: { readonly reason: string } }[];
}

describe('50 poisoned messages among 1,000 good ones', { timeout: 180_000 }, () => {
  const lostEvent = `lost-${randomUUID()}`;
  const ofLostEvent = messagesOf(lostEvent, OF_LOST_EVENT).map(sent);
  const unparsable = Array.from({ length: UNPARSABLE }, (_, i) => ({
    id: randomUUID(),
    content: Buffer.from(i % 2 === 0 ? `{"EventId":"${i}` : JSON.stringify({ EventId: i, Note: '\u0000' })),
  }));
  const poisoned = new Map([
    ...ofLostEvent.map(({ id }) => [id, 'unknown_event'] as const),
    ...unparsable.map(({ id }) => [id, 'unparsable'] as const),
  ]);
  let eventId: string;

  /** The dead letters of this test; other tests may have dead letters too. */
  async function ownDeadLetters(): Promise<[id: string, reason: string][]> {
    const run = await cli('dead-letters', 'list', '--queue', 'capacity', '--limit', '2000', '--json');
    expect([run.code, run.err]).toEqual([0, '']);
    const { deadLetters } = run.json<Listed>();
    return deadLetters.filter(({ id }) => poisoned.has(id)).map(({ id, cause }) => [id, cause.reason]);
  }

  async function auditedMessages(action: string): Promise<string[]> {
    const { rows } = await system.pool.query<{ message: string }>(
      `select details ->> 'message' as message from audit_logs
        where kind = 'operator' and actor = 'ann' and details ->> 'action' = $1 and details ->> 'message' = any($2)`,
      [action, [...poisoned.keys()]],
    );
    return rows.map(({ message }) => message).sort();
  }

  it('are parked with their reasons, and all others are applied', async () => {
    ({ id: eventId } = await system.createEvent({ total: 600 }));
    const good = messagesOf(eventId, GOOD).map(sent);
    const every = GOOD / poisoned.size;
    const all = [...ofLostEvent, ...unparsable].flatMap((one, i) => [one, ...good.slice(i * every, (i + 1) * every)]);
    expect(all).toHaveLength(1_050);
    await publish(all);
    await until(async () => {
      expect(await eventOf(eventId)).toEqual({ capacity: 600, initial: 600, lines: GOOD, sum: 0 });
      expect(new Map(await ownDeadLetters())).toEqual(poisoned);
    }, 60_000);
  });

  it('are replayed after their cause is fixed, and applied once', async () => {
    await restoreEvent(lostEvent, eventId);
    const args = ['dead-letters', 'replay', '--queue', 'capacity', '--cause', 'unknown_event', '--operator', 'ann'];
    const unexplained = await cli(...args);
    expect([unexplained.code, unexplained.out]).toEqual([2, '']);
    const replayed = await cli(...args, '--reason', 'the event is there now');
    expect(replayed.code).toBe(0);
    expect(replayed.out).toMatch(/^\d+ messages put back into ticket\.capacity\.updates\.\n$/);
    await until(async () => {
      expect(await eventOf(lostEvent)).toEqual({ capacity: 600, initial: 600, lines: OF_LOST_EVENT, sum: 0 });
    }, 60_000);
    expect(await auditedMessages('replay')).toEqual(ofLostEvent.map(({ id }) => id).sort());

    // A second delivery is not applied.
    await publish(ofLostEvent);
    await publish(messagesOf(eventId, 2).map(sent));
    await until(async () => expect((await eventOf(eventId))?.lines).toBe(GOOD + 2), 60_000);
    expect(await eventOf(lostEvent)).toMatchObject({ capacity: 600, lines: OF_LOST_EVENT });
  });

  it('are dropped permanently, and their content stays in the audit log', async () => {
    const [first = '', ...rest] = unparsable.map(({ id }) => id);
    const args = ['dead-letters', 'drop', '--reason', 'they cannot be parsed', '--operator', 'ann', '--yes'];
    expect(await cli(...args, first)).toMatchObject({
      code: 0,
      out: '1 message of ticket.capacity.updates.dead dropped.\n',
    });
    expect((await ownDeadLetters()).map(([id]) => id).sort()).toEqual([...rest].sort());
    const again = await cli(...args, first);
    expect([again.code, again.err]).toEqual([1, `box-office: no such dead letter: ${first}\n`]);
    expect((await cli(...args, '--cause', 'unparsable')).code).toBe(0);
    expect(await ownDeadLetters()).toEqual([]);
    expect(await auditedMessages('drop')).toEqual([first, ...rest].sort());
  });
});
