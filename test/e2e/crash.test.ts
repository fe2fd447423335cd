import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { purchaseWorkflowId } from '@box-office/contract';
import type { ServiceHandle } from '@box-office/infra';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, startTestSystem, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

let system: TestSystem;

/** Resolves when this many purchases of the event are claimed and have no outcome yet. */
async function claimed(eventId: string, count: number): Promise<void> {
  await until(async () => {
    const { rowCount } = await system.pool.query(
      'select from event_ticket_transactions where event_id = $1 and outcome is null',
      [eventId],
    );
    expect(rowCount).toBe(count);
  });
}

describe.each([
  { what: 'the worker, beside a gateway that carries none', carried: 'off', killed: 'worker' },
  { what: 'the gateway, which carries a worker', carried: 'on', killed: 'api' },
] as const)('kill -9 of $what', ({ carried, killed }) => {
  beforeAll(async () => {
    system = await startTestSystem(undefined, { PURCHASE_WORKER: carried });
  });
  afterAll(() => system.close());

  it('in the middle of ten slow purchases: all ten finish, none twice', async () => {
    const event = await system.createEvent({ total: 50 });
    const buyers = Array.from({ length: 10 }, () => ({ as: newBuyer(), key: randomUUID() }));
    const body = { eventId: event.id, quantity: 1, payment: { method: 'pm_slow_2000' } };
    const first = buyers.map((buyer) => system.buy(body, buyer).catch(() => 'disconnected'));
    await claimed(event.id, 10);
    const [process] = system.services[killed];
    await process?.kill('SIGKILL');
    await process?.restart();
    await Promise.all(first);

    const answers = await until(async () => {
      const all = await Promise.all(buyers.map((buyer) => system.buy(body, buyer)));
      expect(all.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 201));
      return all;
    }, 60_000);
    expect(await validSerials(system, event.id)).toHaveLength(10);
    for (const { body: purchase } of answers) {
      expect(await paymentsOf(purchase.purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
    }
  });
});

describe('a gateway that carries a worker', () => {
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.close());

  it('runs the first workflow task of its purchases itself, as it comes back with the start', async () => {
    const event = await system.createEvent({ total: 20 });
    const { temporalAddress, temporalNamespace } = inject('stack');
    const connection = await Connection.connect({ address: temporalAddress });
    const { workflow } = new Client({ connection, namespace: temporalNamespace });
    const firstTask = async () => {
      const answer = await system.buy({ eventId: event.id, quantity: 1 });
      expect(answer.status).toBe(201);
      const { events } = await workflow.getHandle(purchaseWorkflowId(answer.body.purchaseId)).fetchHistory();
      const started = events?.find(({ workflowTaskStartedEventAttributes: task }) => task);
      return {
        isEager: events?.[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted,
        identity: started?.workflowTaskStartedEventAttributes?.identity,
      };
    };
    // The gateway serves before its worker polls.
    await until(async () => expect((await firstTask()).isEager).toBe(true));
    for (let i = 0; i < 5; i++) {
      const { isEager, identity } = await firstTask();
      expect([isEager, identity?.split('@', 1)[0]]).toEqual([true, String(system.services.api[0]?.pid)]);
    }
    await connection.close();
  });

  it.each([
    [
      'is paused for five seconds',
      async (gateway: ServiceHandle) => {
        await gateway.kill('SIGSTOP');
        await setTimeout(5_000);
        await gateway.kill('SIGCONT');
      },
    ],
    [
      'is told to stop',
      async (gateway: ServiceHandle) => {
        await gateway.stop();
        await gateway.start();
      },
    ],
  ])(
    '%s in the middle of ten purchases: its buyers are answered, and each has its tickets once',
    async (_what, disturb) => {
      const event = await system.createEvent({ total: 50 });
      const body = { eventId: event.id, quantity: 1, payment: { method: 'pm_slow_1000' } };
      const buyers = Array.from({ length: 10 }, () => ({ as: newBuyer(), key: randomUUID() }));
      const answers = Promise.all(buyers.map((buyer) => system.buy(body, buyer)));
      await claimed(event.id, 10);
      const [gateway] = system.services.api;
      if (gateway) await disturb(gateway);
      for (const { status } of await answers) expect([201, 202]).toContain(status);
      await until(async () => {
        const repeated = await Promise.all(buyers.map((buyer) => system.buy(body, buyer)));
        expect(repeated.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
      }, 30_000);
      expect(await validSerials(system, event.id)).toHaveLength(10);
    },
  );

  it('is killed while it waits: the repeated request gets the outcome', async () => {
    const event = await system.createEvent({ total: 50 });
    const buyer = { as: newBuyer(), key: randomUUID() };
    const body = { eventId: event.id, quantity: 1, payment: { method: 'pm_slow_1500' } };
    const disconnected = system.buy(body, buyer).catch(() => 'disconnected');
    await claimed(event.id, 1);
    const gateway = system.services.api[0];
    await gateway?.kill('SIGKILL');
    expect(await disconnected).toBe('disconnected');
    await gateway?.restart();
    const answer = await until(async () => {
      const again = await system.buy(body, buyer);
      expect(again.status).toBe(201);
      return again;
    }, 30_000);
    expect(await validSerials(system, event.id)).toEqual([1]);
    expect((await paymentsOf(answer.body.purchaseId)).captures).toBe(1);
  });
});

describe('kill -9 of the audit consumer', () => {
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.close());

  it('in the middle of 100 purchases: each counts once', async () => {
    const event = await system.createEvent({ total: 100 });
    const buying = Promise.all(Array.from({ length: 100 }, () => system.buy({ eventId: event.id, quantity: 1 })));
    const consumer = system.services.auditConsumer[0];
    await until(async () => expect((await validSerials(system, event.id)).length).toBeGreaterThan(30), 30_000);
    await consumer?.kill('SIGKILL');
    await consumer?.restart();
    expect((await buying).every((answer) => answer.status === 201)).toBe(true);
    await until(async () => {
      const { rows } = await system.pool.query(
        `select capacity, (select count(*)::int from capacity_ledger where event_id = $1) as ledger,
                (select count(*)::int from audit_logs where event_id = $1 and kind <> 'operator') as audit
           from events where id = $1`,
        [event.id],
      );
      expect(rows[0]).toEqual({ capacity: 0, ledger: 100, audit: 100 });
    }, 30_000);
  });
});
