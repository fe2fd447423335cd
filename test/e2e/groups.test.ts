import { randomUUID } from 'node:crypto';
import { purchaseWorkflowId } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, openOffice, paymentsOf, validSerials, type Answer, type Office } from '../support/office.js';
import { until } from '../support/until.js';

const BUYERS = 300;
/** What a buyer pays with, and what he is to be told. */
const METHODS = [
  { method: 'pm_approve', status: 201 },
  { method: 'pm_slow_900', status: 201 },
  { method: 'pm_decline', status: 402 },
  { method: 'pm_slow_capture_700', status: 201 },
] as const;

let office: Office;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  const { temporalAddress, temporalNamespace } = inject('stack');
  connection = await Connection.connect({ address: temporalAddress });
  client = new Client({ connection, namespace: temporalNamespace });
  // Long enough that nobody is told 202 on a busy machine.
  office = await openOffice({ api: 2, worker: 2, auditConsumer: 1 }, { PURCHASE_WAIT_MS: '45000' });
});

afterAll(async () => {
  await office.close();
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
    // Most pay at once; every fifth has one of the other methods.
    const { method, status } = METHODS[i % 5 === 0 ? (i / 5) % METHODS.length : 0] ?? METHODS[0];
    return { name: newBuyer(), key: randomUUID(), method, expected: status };
  });

const buy = (eventId: string, buyer: Buyer, gateway: number): Promise<Answer> =>
  office.call('POST', '/api/tickets/purchase', {
    as: buyer.name,
    role: 'buyer',
    headers: { 'idempotency-key': buyer.key },
    body: { eventId, quantity: 1, payment: { method: buyer.method } },
    gateway,
  });

/** Ids of the workflows that had several purchases of an event, and how many purchases each had. */
async function groupsOf(eventId: string): Promise<Map<string, number>> {
  const groups = new Map<string, number>();
  for await (const { workflowId, typedSearchAttributes } of client.workflow.list({
    query: `EventIds = '${eventId}'`,
  })) {
    const found = typedSearchAttributes.getAll().find(({ key }) => key.name === 'PurchaseIds');
    if (found && Array.isArray(found.value) && found.value.length > 1) groups.set(workflowId, found.value.length);
  }
  return groups;
}

describe('a rush of buyers', { timeout: 90_000 }, () => {
  it('goes in groups through two gateways and two workers, and each gets an answer of his own', async () => {
    const [hot, other] = [await office.createEvent({ total: 1_000 }), await office.createEvent({ total: 1_000 })];
    const buyers = buyersOf(BUYERS);
    const eventOf = (i: number): string => (i % 10 === 9 ? other.id : hot.id);
    const answers = await Promise.all(buyers.map((buyer, i) => buy(eventOf(i), buyer, i % 2)));

    expect(answers.map(({ status }) => status)).toEqual(buyers.map(({ expected }) => expected));
    const sold = answers.filter(({ status }) => status === 201);
    expect(new Set(answers.map(({ body }) => body.purchaseId)).size).toBe(BUYERS);
    expect(new Set(sold.map(({ body }) => body.transactionId)).size).toBe(sold.length);
    for (const eventId of [hot.id, other.id]) {
      const told = answers
        .filter(({ status }, i) => status === 201 && eventOf(i) === eventId)
        .flatMap(({ body }) => body.tickets.map(({ serial }) => serial));
      expect(told.toSorted((a, b) => a - b)).toEqual(await validSerials(office, eventId));
    }

    const groups = await until(async () => {
      const found = await groupsOf(hot.id);
      expect(found.size).toBeGreaterThan(0);
      return found;
    });
    const grouped = [...groups.values()].reduce((sum, size) => sum + size, 0);
    expect([...groups.keys()].every((workflowId) => workflowId.startsWith('purchases/'))).toBe(true);
    expect(grouped).toBeGreaterThan(BUYERS / 2);
    expect(Math.max(...groups.values())).toBeLessThanOrEqual(50);
  });

  it('each of whom may repeat his request at the other gateway and gets the same', async () => {
    const event = await office.createEvent({ total: 100 });
    const buyers = buyersOf(60);
    const first = await Promise.all(buyers.map((buyer) => buy(event.id, buyer, 0)));
    const again = await Promise.all(buyers.map((buyer) => buy(event.id, buyer, 1)));
    expect(again.map(({ status, body }) => [status, body])).toEqual(first.map(({ status, body }) => [status, body]));
  });

  it('has no buyer who waits for the slow payment of another', async () => {
    const event = await office.createEvent({ total: 100 });
    const slow = { name: newBuyer(), key: randomUUID(), method: 'pm_slow_8000', expected: 201 };
    let slowIsServed = false;
    const slowAnswer = buy(event.id, slow, 0).finally(() => (slowIsServed = true));
    const quick = await Promise.all(buyersOf(40).map((buyer) => buy(event.id, { ...buyer, method: 'pm_approve' }, 0)));
    expect(quick.every(({ status }) => status === 201)).toBe(true);
    expect(slowIsServed).toBe(false);
    expect((await slowAnswer).status).toBe(201);
  });
});

describe('a gateway that dies', { timeout: 90_000 }, () => {
  it('loses no purchase that it started: repeats at another gateway get one outcome each, paid once', async () => {
    const event = await office.createEvent({ total: 200 });
    const buyers = buyersOf(80).map((buyer) => ({ ...buyer, method: 'pm_slow_400', expected: 201 }));
    const cut = buyers.map((buyer) => buy(event.id, buyer, 0).catch(() => null));
    await until(async () => expect((await groupsOf(event.id)).size).toBeGreaterThan(0));
    await office.services.api[0]?.kill('SIGKILL');
    await Promise.all(cut);

    const told = await Promise.all(
      buyers.map((buyer) =>
        until(async () => {
          const answer = await buy(event.id, buyer, 1);
          expect(answer.status).toBe(201);
          return answer.body;
        }, 40_000),
      ),
    );
    const serials = told.flatMap(({ tickets }) => tickets.map(({ serial }) => serial)).toSorted((a, b) => a - b);
    expect(serials).toEqual(await validSerials(office, event.id));
    expect(serials).toHaveLength(buyers.length);
    for (const { purchaseId } of told.slice(0, 10)) {
      expect(await paymentsOf(purchaseId)).toMatchObject({ captures: 1, captured: 2_500, refunded: 0 });
    }
    await office.services.api[0]?.start();
  });
});

it('a lone buyer’s purchase has a workflow of its own, under the id by which a repeat finds it', async () => {
  const event = await office.createEvent({ total: 5 });
  const { body } = await office.buy({ eventId: event.id, quantity: 1 });
  const description = await client.workflow.getHandle(purchaseWorkflowId(body.purchaseId)).describe();
  expect(description.workflowId).toBe(`purchase/${body.purchaseId}`);
});
