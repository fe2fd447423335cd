import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ledgerOf,
  newBuyer,
  startTestSystem,
  validSerials,
  type Answer,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';

const BUYERS = 20;
const PURCHASES_PER_BUYER = 10;
const TICKETS = 150;
const GATEWAYS = 2;

let system: TestSystem;

beforeAll(async () => {
  // Long enough that few answers are 202 on a busy machine.
  system = await startTestSystem({ api: GATEWAYS, worker: 2, auditConsumer: 2 }, { PURCHASE_WAIT_MS: '30000' });
});
afterAll(() => system.close());

interface PurchaseRequest {
  readonly as: string;
  readonly key: string;
}

/** Sends a request to a gateway; null if there was no answer. */
function send(eventId: string, { as, key }: PurchaseRequest, gateway: number): Promise<Answer | null> {
  return system
    .call('POST', '/api/tickets/purchase', {
      as,
      role: 'buyer',
      headers: { 'idempotency-key': key },
      gateway: gateway % GATEWAYS,
      body: { eventId, quantity: 1, payment: { method: 'pm_approve' } },
    })
    .catch(() => null);
}

/** Repeats a request at the gateways in turn until there is a final answer: tickets or sold out. */
function untilAnswered(eventId: string, request: PurchaseRequest, firstGateway: number): Promise<Answer> {
  let gateway = firstGateway;
  return until(async () => {
    const answer = await send(eventId, request, gateway++);
    if (answer?.status === 201 || answer?.body.type === '/problems/sold-out') return answer;
    throw new Error(`no final answer: ${answer?.status} ${answer?.body.type}`);
  }, 90_000);
}

/** A final answer without its request id, which differs for each request. */
const answerWithoutRequestId = ({ status, body }: Answer): unknown => [status, { ...body, requestId: '' }];

/**
 * Concurrent buyers who buy one ticket after the other at alternating gateways. Each repeats every request at the other
 * gateway, every third time before the first answer. Both answers must be the same.
 */
async function buyConcurrently(eventId: string): Promise<Answer[]> {
  const buyer = async (index: number): Promise<Answer[]> => {
    const as = newBuyer();
    const answers: Answer[] = [];
    for (let i = 0; i < PURCHASES_PER_BUYER; i++) {
      const request = { as, key: randomUUID() };
      const gateway = index + i;
      const first = untilAnswered(eventId, request, gateway);
      if (i % 3 !== 0) await first;
      const again = await untilAnswered(eventId, request, gateway + 1);
      const answer = await first;
      expect(answerWithoutRequestId(again)).toEqual(answerWithoutRequestId(answer));
      answers.push(answer);
    }
    return answers;
  };
  return (await Promise.all(Array.from({ length: BUYERS }, (_, index) => buyer(index)))).flat();
}

async function expectExactlySold(eventId: string, answers: readonly Answer[]): Promise<void> {
  const withStatus = (status: number): Answer[] => answers.filter((answer) => answer.status === status);
  expect([withStatus(201).length, withStatus(409).length]).toEqual([TICKETS, BUYERS * PURCHASES_PER_BUYER - TICKETS]);
  const all = Array.from({ length: TICKETS }, (_, i) => i + 1);
  const serials = withStatus(201).flatMap(({ body }) => body.tickets.map(({ serial }) => serial));
  expect(serials.toSorted((a, b) => a - b)).toEqual(all);
  expect(await validSerials(system, eventId)).toEqual(all);
  const { body } = await system.call('GET', `/api/events/${eventId}`, { gateway: 1 });
  expect(body.ticketTypes).toMatchObject([{ available: 0 }]);
  await until(async () => {
    expect(await ledgerOf(system, eventId)).toEqual({ capacity: 0, ledger: TICKETS, audit: TICKETS });
  }, 60_000);
}

describe('two gateways, two workers and two audit consumers', () => {
  it('sell exactly all tickets, and answer a repeated request the same at the other gateway', async () => {
    const { id } = await system.createEvent({ total: TICKETS });
    await expectExactlySold(id, await buyConcurrently(id));
  });

  it('do so while one of each is killed', async () => {
    const { id } = await system.createEvent({ total: TICKETS });
    const buying = buyConcurrently(id);
    const { api, worker, auditConsumer } = system.services;
    const killed = [api[0], worker[0], auditConsumer[0]];
    try {
      for (const [i, service] of killed.entries()) {
        await until(async () => {
          const { rowCount } = await system.pool.query('select from event_ticket_transactions where event_id = $1', [
            id,
          ]);
          expect(rowCount).toBeGreaterThan(20 + 30 * i);
        }, 60_000);
        await service?.kill('SIGKILL');
      }
      await expectExactlySold(id, await buying);
    } finally {
      await buying.catch(() => undefined);
      for (const service of killed) await service?.start();
    }
  }, 240_000);
});
