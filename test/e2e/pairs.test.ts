import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerOf, newBuyer, openOffice, validSerials, type Answer, type Office } from '../support/office.js';
import { until } from '../support/until.js';

const BUYERS = 20;
const PURCHASES_PER_BUYER = 10;
const TICKETS = 150;
const GATEWAYS = 2;

let office: Office;

beforeAll(async () => {
  // Long enough that few are told 202 on a busy machine.
  office = await openOffice({ api: GATEWAYS, worker: 2, auditConsumer: 2 }, { PURCHASE_WAIT_MS: '30000' });
}, 120_000);
afterAll(() => office.close());

interface Wish {
  readonly as: string;
  readonly key: string;
}

/** One request of a wish at a gateway; null if that gateway gave no answer. */
function ask(eventId: string, { as, key }: Wish, gateway: number): Promise<Answer | null> {
  return office
    .call('POST', '/api/tickets/purchase', {
      ...{ as, role: 'buyer', headers: { 'idempotency-key': key }, gateway: gateway % GATEWAYS },
      body: { eventId, quantity: 1, payment: { method: 'pm_approve' } },
    })
    .catch(() => null);
}

/** Asks at the gateways in turn until there is a final answer: tickets, or none left. */
function untilAnswered(eventId: string, wish: Wish, firstGateway: number): Promise<Answer> {
  let gateway = firstGateway;
  return until(async () => {
    const answer = await ask(eventId, wish, gateway++);
    if (answer?.status === 201 || answer?.body.type === '/problems/sold-out') return answer;
    throw new Error(`no final answer: ${answer?.status} ${answer?.body.type}`);
  }, 90_000);
}

/** What a final answer says, without what differs from request to request. */
const saying = ({ status, body }: Answer): unknown => [status, { ...body, requestId: '' }];

/**
 * Buyers who buy one ticket after the other, at one gateway and the other; each asks for the same once more at the other
 * gateway, every third time before the first has answered. All of it must have been told to each the same way.
 */
async function rush(eventId: string): Promise<Answer[]> {
  const buyer = async (place: number): Promise<Answer[]> => {
    const as = newBuyer();
    const answers: Answer[] = [];
    for (let i = 0; i < PURCHASES_PER_BUYER; i++) {
      const wish = { as, key: randomUUID() };
      const here = place + i;
      const first = untilAnswered(eventId, wish, here);
      if (i % 3 !== 0) await first;
      const again = await untilAnswered(eventId, wish, here + 1);
      const told = await first;
      expect(saying(again)).toEqual(saying(told));
      answers.push(told);
    }
    return answers;
  };
  return (await Promise.all(Array.from({ length: BUYERS }, (_, place) => buyer(place)))).flat();
}

async function expectExactlySold(eventId: string, answers: readonly Answer[]): Promise<void> {
  const told = (status: number): Answer[] => answers.filter((answer) => answer.status === status);
  expect([told(201).length, told(409).length]).toEqual([TICKETS, BUYERS * PURCHASES_PER_BUYER - TICKETS]);
  const all = Array.from({ length: TICKETS }, (_, i) => i + 1);
  const serials = told(201).flatMap(({ body }) => body.tickets.map(({ serial }) => serial));
  expect(serials.toSorted((a, b) => a - b)).toEqual(all);
  expect(await validSerials(office, eventId)).toEqual(all);
  const { body } = await office.call('GET', `/api/events/${eventId}`, { gateway: 1 });
  expect(body.ticketTypes).toMatchObject([{ available: 0 }]);
  await until(async () => {
    expect(await ledgerOf(office, eventId)).toEqual({ capacity: 0, ledger: TICKETS, audit: TICKETS });
  }, 60_000);
}

describe('two gateways, two workers and two audit consumers', () => {
  it('sell exactly what there is, and tell a repeated request the same at the other gateway', async () => {
    const { id } = await office.createEvent({ total: TICKETS });
    await expectExactlySold(id, await rush(id));
  }, 120_000);

  it('do so while one of each is killed in the middle', async () => {
    const { id } = await office.createEvent({ total: TICKETS });
    const rushing = rush(id);
    const { api, worker, auditConsumer } = office.services;
    const victims = [api[0], worker[0], auditConsumer[0]];
    try {
      for (const [i, victim] of victims.entries()) {
        await until(async () => {
          const { rowCount } = await office.pool.query('select from event_ticket_transactions where event_id = $1', [
            id,
          ]);
          expect(rowCount).toBeGreaterThan(20 + 30 * i);
        }, 60_000);
        await victim?.kill('SIGKILL');
      }
      await expectExactlySold(id, await rushing);
    } finally {
      await rushing.catch(() => undefined);
      for (const victim of victims) await victim?.start();
    }
  }, 240_000);
});
