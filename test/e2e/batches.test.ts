import { randomUUID } from 'node:crypto';
import { purchaseWorkflowId } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  newBuyer,
  startTestSystem,
  paymentsOf,
  validSerials,
  type Answer,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';

const BUYERS = 300;
/** Payment methods with the expected status code. */
const METHODS = [
  { method: 'pm_approve', status: 201 },
  { method: 'pm_slow_900', status: 201 },
  { method: 'pm_decline', status: 402 },
  { method: 'pm_slow_capture_700', status: 201 },
] as const;

let system: TestSystem;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  const { temporalAddress, temporalNamespace } = inject('stack');
  connection = await Connection.connect({ address: temporalAddress });
  client = new Client({ connection, namespace: temporalNamespace });
  // Long enough for final answers on a busy machine.
  system = await startTestSystem({ api: 2, worker: 2, auditConsumer: 1 }, { PURCHASE_WAIT_MS: '45000' });
});

afterAll(async () => {
  await system.close();
  await connection.close();
});

interface Buyer {
  readonly name: string;
  readonly key: string;
  readonly method: string;
  readonly expected: number;
}

const buyersOf = (count: number): Buyer[] =>
  Array.from({ length: count }, (_, i) => {
    // Most payments succeed at once; every fifth buyer has one of the other methods.
    const { method, status } = METHODS[i % 5 === 0 ? (i / 5) % METHODS.length : 0] ?? METHODS[0];
    return { name: newBuyer(), key: randomUUID(), method, expected: status };
  });

const buy = (eventId: string, buyer: Buyer, gateway: number): Promise<Answer> =>
  system.call('POST', '/api/tickets/purchase', {
    as: buyer.name,
    role: 'buyer',
    headers: { 'idempotency-key': buyer.key },
    body: { eventId, quantity: 1, payment: { method: buyer.method } },
    gateway,
  });

/** The workflows with several purchases of an event, by workflow id, with their number of purchases. */
async function batchesOf(eventId: string): Promise<Map<string, number>> {
  const batches = new Map<string, number>();
  for await (const { workflowId, typedSearchAttributes } of client.workflow.list({
    query: `EventIds = '${eventId}'`,
  })) {
    const found = typedSearchAttributes.getAll().find(({ key }) => key.name === 'PurchaseIds');
    if (found && Array.isArray(found.value) && found.value.length > 1) batches.set(workflowId, found.value.length);
  }
  return batches;
}

describe('many concurrent purchases', () => {
  it('run in batches through two gateways and two workers, and each buyer gets the answer to their own purchase', async () => {
    const [hot, other] = [await system.createEvent({ total: 1_000 }), await system.createEvent({ total: 1_000 })];
    const buyers = buyersOf(BUYERS);
    const eventOf = (i: number): string => (i % 10 === 9 ? other.id : hot.id);
    const answers = await Promise.all(buyers.map((buyer, i) => buy(eventOf(i), buyer, i % 2)));

    expect(answers.map(({ status }) => status)).toEqual(buyers.map(({ expected }) => expected));
    const sold = answers.filter(({ status }) => status === 201);
    expect(new Set(answers.map(({ body }) => body.purchaseId)).size).toBe(BUYERS);
    expect(new Set(sold.map(({ body }) => body.transactionId)).size).toBe(sold.length);
    for (const eventId of [hot.id, other.id]) {
      const answered = answers
        .filter(({ status }, i) => status === 201 && eventOf(i) === eventId)
        .flatMap(({ body }) => body.tickets.map(({ serial }) => serial));
      expect(answered.toSorted((a, b) => a - b)).toEqual(await validSerials(system, eventId));
    }

    const batches = await until(async () => {
      const found = await batchesOf(hot.id);
      expect(found.size).toBeGreaterThan(0);
      return found;
    });
    const batched = [...batches.values()].reduce((sum, size) => sum + size, 0);
    expect([...batches.keys()].every((workflowId) => workflowId.startsWith('purchases/'))).toBe(true);
    expect(batched).toBeGreaterThan(BUYERS / 2);
    expect(Math.max(...batches.values())).toBeLessThanOrEqual(50);
  });

  it('get the same answer when they are repeated at the other gateway', async () => {
    const event = await system.createEvent({ total: 100 });
    const buyers = buyersOf(60);
    const first = await Promise.all(buyers.map((buyer) => buy(event.id, buyer, 0)));
    const again = await Promise.all(buyers.map((buyer) => buy(event.id, buyer, 1)));
    expect(again.map(({ status, body }) => [status, body])).toEqual(first.map(({ status, body }) => [status, body]));
  });

  it('do not wait for the slow payment of another buyer', async () => {
    const event = await system.createEvent({ total: 100 });
    const slow = { name: newBuyer(), key: randomUUID(), method: 'pm_slow_8000', expected: 201 };
    let slowIsAnswered = false;
    const slowAnswer = buy(event.id, slow, 0).finally(() => (slowIsAnswered = true));
    const fast = await Promise.all(buyersOf(40).map((buyer) => buy(event.id, { ...buyer, method: 'pm_approve' }, 0)));
    expect(fast.every(({ status }) => status === 201)).toBe(true);
    expect(slowIsAnswered).toBe(false);
    expect((await slowAnswer).status).toBe(201);
  });
});

describe('a gateway that dies', () => {
  it('loses no purchase that it started: repeats at another gateway get one outcome each, paid once', async () => {
    const event = await system.createEvent({ total: 200 });
    const buyers = buyersOf(80).map((buyer) => ({ ...buyer, method: 'pm_slow_400', expected: 201 }));
    const disconnected = buyers.map((buyer) => buy(event.id, buyer, 0).catch(() => null));
    await until(async () => expect((await batchesOf(event.id)).size).toBeGreaterThan(0));
    await system.services.api[0]?.kill('SIGKILL');
    await Promise.all(disconnected);

    const answers = await Promise.all(
      buyers.map((buyer) =>
        until(async () => {
          const answer = await buy(event.id, buyer, 1);
          expect(answer.status).toBe(201);
          return answer.body;
        }, 40_000),
      ),
    );
    const serials = answers.flatMap(({ tickets }) => tickets.map(({ serial }) => serial)).toSorted((a, b) => a - b);
    expect(serials).toEqual(await validSerials(system, event.id));
    expect(serials).toHaveLength(buyers.length);
    for (const { purchaseId } of answers.slice(0, 10)) {
      expect(await paymentsOf(purchaseId)).toMatchObject({ captures: 1, captured: 2_500, refunded: 0 });
    }
    await system.services.api[0]?.start();
  });
});

it('a purchase that is not in a batch has its own workflow, with an id derived from the purchase id', async () => {
  const event = await system.createEvent({ total: 5 });
  const { body } = await system.buy({ eventId: event.id, quantity: 1 });
  const description = await client.workflow.getHandle(purchaseWorkflowId(body.purchaseId)).describe();
  expect(description.workflowId).toBe(`purchase/${body.purchaseId}`);
});
