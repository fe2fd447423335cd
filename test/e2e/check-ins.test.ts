import { randomUUID } from 'node:crypto';
import { signToken } from '@box-office/infra';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

const DOORS = 8;
const TICKETS = 40;

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem({ api: 2, worker: 1, auditConsumer: 1 });
});
afterAll(() => system?.close());

interface CheckIn {
  readonly checkInId: string;
  readonly result: string;
  readonly ticket: { readonly ticketId: string } | null;
}

/** Repeats a check-in at the gateways in turn, with its key, until one answers. */
function present(token: string, key: string, body: object, firstGateway: number): Promise<CheckIn> {
  let gateway = firstGateway;
  return until(async () => {
    const headers = { 'idempotency-key': key };
    const o = { token, headers, body, gateway: gateway++ % 2 };
    const answer = await system.call('POST', '/api/check-ins', o);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.type}`);
    return answer.body as unknown as CheckIn;
  }, 60_000);
}

async function buyTickets(eventId: string): Promise<readonly string[]> {
  const codes: string[] = [];
  while (codes.length < TICKETS) {
    const { body } = await system.buy({ eventId, quantity: 10 }, { as: newBuyer() });
    const path = { id: body.purchaseId };
    const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
    codes.push(...(data?.tickets.map(({ code }) => code ?? '') ?? []));
  }
  return codes;
}

describe('doors', () => {
  it('admit each code once while a gateway is killed, and repeats get the same answers', async () => {
    const event = await system.createEvent({ total: TICKETS });
    const codes = await buyTickets(event.id);
    let answered = 0;
    const door = async (index: number) => {
      const claims = { subject: `door-${index}`, role: 'door', events: [event.id] } as const;
      const token = await signToken(inject('stack').jwtSecret, claims);
      const answers: { key: string; body: object; token: string; checkIn: CheckIn }[] = [];
      for (const code of codes) {
        const [key, body] = [randomUUID(), { code, gate: `Gate ${index}` }];
        answers.push({ key, body, token, checkIn: await present(token, key, body, index) });
        answered++;
      }
      return answers;
    };
    const scanning = Promise.all(Array.from({ length: DOORS }, (_, index) => door(index)));
    await until(async () => {
      if (answered < DOORS * 4) throw new Error(`${answered} answers`);
    }, 60_000);
    await system.services.api[0]?.kill();
    const all = (await scanning).flat();
    await system.services.api[0]?.start();

    const admitted = all.filter(({ checkIn }) => checkIn.result === 'admitted');
    expect(admitted).toHaveLength(TICKETS);
    expect(new Set(admitted.map(({ checkIn }) => checkIn.ticket?.ticketId)).size).toBe(TICKETS);
    expect(all.filter(({ checkIn }) => checkIn.result === 'already_admitted')).toHaveLength((DOORS - 1) * TICKETS);
    for (const { token, key, body, checkIn } of [...admitted, ...all.slice(0, 10)]) {
      expect(await present(token, key, body, 0)).toEqual(checkIn);
    }
    const lines = await system.pool.query(
      "select count(*)::int as n from audit_logs where event_id = $1 and kind = 'admission'",
      [event.id],
    );
    expect(lines.rows).toEqual([{ n: TICKETS }]);
    const { data } = await system.operator.GET('/api/events/{id}/admissions', { params: { path: { id: event.id } } });
    expect(data).toMatchObject({ admitted: TICKETS });
  });
});
