import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDoors, type CheckInAnswer, type TestDoors } from '../testing/doors.js';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';
import { newTicketKey } from '@box-office/tickets/testing';

describe('a check-in', () => {
  let test: TestGateway;
  let doors: TestDoors;
  let operator: string;

  beforeAll(async () => {
    test = await openTestGateway();
    doors = createTestDoors(test);
    operator = await tokenOf('op', { role: 'operator' });
  });
  afterAll(() => test.close());

  const post: TestDoors['post'] = (...args) => doors.post(...args);
  const send: TestDoors['send'] = (...args) => doors.send(...args);
  const present: TestDoors['present'] = (...args) => doors.present(...args);
  const buy: TestDoors['buy'] = (...args) => doors.buy(...args);
  const admissions: TestDoors['admissions'] = (...args) => doors.admissions(...args);
  const auditOf: TestDoors['auditOf'] = (...args) => doors.auditOf(...args);

  it('admits once, then says when and where', async () => {
    const { codes, door, ticketIds, purchaseId, owner } = await buy(1);
    const first = await present(door, { code: codes[0], gate: 'Gate B' });
    expect(first).toMatchObject({ result: 'admitted', ticket: { ticketId: ticketIds[0], serial: 1 } });
    const admission = { admittedAt: first.checkedAt, gate: 'Gate B' };
    expect(first.admission).toEqual(admission);
    expect(await present(door, { code: codes[0] })).toMatchObject({ result: 'already_admitted', admission });
    const shown = await test.request('GET', `/api/tickets/${ticketIds[0]}`, { token: owner });
    expect(await shown.json()).toMatchObject({ status: 'valid', admission });
    expect(await auditOf(purchaseId)).toEqual([
      { kind: 'admission', actor: 'door-1', action: 'admit', gate: 'Gate B' },
    ]);
  });

  it('is answered the same for each repeat of its key, whatever came between', async () => {
    const { codes, door } = await buy(1);
    const key = randomUUID();
    const repeats = await Promise.all([1, 2, 3, 4].map(() => present(door, { code: codes[0] }, key)));
    expect(new Set(repeats.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(repeats[0]?.result).toBe('admitted');
    const otherKey = randomUUID();
    const refused = await present(door, { code: codes[0] }, otherKey);
    expect(refused.result).toBe('already_admitted');
    await post(`/api/check-ins/${repeats[0]?.checkInId}/undo`, door, { reason: 'mistake' });
    expect(await present(door, { code: codes[0] }, key)).toEqual(repeats[0]);
    expect(await present(door, { code: codes[0] }, otherKey)).toEqual(refused);
    expect((await send(door, { code: codes[0], gate: 'Gate C' }, key)).status).toBe(422);
  });

  it('admits a code once at eight doors at once, before two gateways', async () => {
    const { codes, eventId, purchaseId, door } = await buy(5);
    const other = test.another();
    const gateways = [test, other];
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const token = await tokenOf(`door-${at}`, { role: 'door', events: [eventId] });
        const one = gateways[at % 2] ?? test;
        return Promise.all(
          codes.map(async (code) => {
            const headers = { 'Idempotency-Key': randomUUID() };
            const body = { code, gate: `Gate ${at}` };
            return (await (
              await one.request('POST', '/api/check-ins', { token, body, headers })
            ).json()) as CheckInAnswer;
          }),
        );
      }),
    );
    const all = results.flat();
    expect(all.filter(({ result }) => result === 'admitted')).toHaveLength(5);
    expect(all.filter(({ result }) => result === 'already_admitted')).toHaveLength(35);
    expect(new Set(all.map(({ admission }) => JSON.stringify(admission))).size).toBeLessThanOrEqual(5);
    expect(await auditOf(purchaseId)).toHaveLength(5);
    expect(await admissions(eventId, door)).toMatchObject({ admitted: 5 });
  });

  it.each([
    ['a text that is no code', () => 'https://example.com', 'unreadable'],
    [
      'a code with a changed character',
      // Not the last one: it has bits of no byte, and a code in which those are set is unreadable.
      (code: string) => code.replace(/.(?=.{9}$)/, (one) => (one === '0' ? '8' : '0')),
      'forged',
    ],
  ])('refuses %s', async (_, change, result) => {
    const { codes, door } = await buy(1);
    expect(await present(door, { code: change(codes[0] ?? '') })).toMatchObject({ result, admission: null });
  });

  it('refuses a code that another key has signed', async () => {
    const { ticketIds, owner, door } = await buy(1);
    const stranger = test.another({ ticketKeys: [newTicketKey()] });
    const shown = await stranger.request('GET', `/api/tickets/${ticketIds[0]}`, { token: owner });
    const { code } = (await shown.json()) as { code: string };
    expect((await present(door, { code })).result).toBe('forged');
  });

  it('refuses tickets that are cancelled, outdated, or for another event or day', async () => {
    const bought = await buy(3);
    const { codes, ticketIds, purchaseId, owner, door } = bought;
    await post(`/api/purchases/${purchaseId}/cancel`, owner, { tickets: [ticketIds[0]] });
    expect((await present(door, { code: codes[0] })).result).toBe('cancelled');
    await test.pool.query('update event_tickets set version = 2 where id = $1', [ticketIds[1]]);
    expect((await present(door, { code: codes[1] })).result).toBe('outdated');
    const called = await buy(1);
    await test.pool.query("update events set status = 'cancelled' where id = $1", [called.eventId]);
    expect((await present(called.door, { code: called.codes[0] })).result).toBe('cancelled');
    const other = await buy(1);
    expect((await present(other.door, { code: codes[2] })).result).toBe('other_event');
    expect((await present(operator, { code: codes[2], eventId: other.eventId })).result).toBe('other_event');
    for (const startsInMs of [2 * 3_600_000, 86_400_000]) {
      const later = await buy(1, startsInMs);
      expect((await present(later.door, { code: later.codes[0] })).result).toBe('other_day');
    }
  });

  it('is for the doors of the event and for operators', async () => {
    const { codes, door, eventId, owner } = await buy(1);
    const other = await buy(1);
    const body = { code: codes[0] };
    expect((await send(owner, body)).status).toBe(403);
    expect((await send(door, { ...body, eventId: other.eventId })).status).toBe(403);
    const path = `/api/events/${eventId}/admissions`;
    expect((await test.request('GET', path, { token: other.door })).status).toBe(403);
    expect((await test.request('GET', path, { token: owner })).status).toBe(403);
    expect((await post('/api/check-ins', door, { ...body, gate: 'A' })).status).toBe(400);
    for (const token of [
      await tokenOf('door', { role: 'door' }),
      await tokenOf('door', { role: 'door', events: [] }),
    ]) {
      expect((await send(token, body)).status).toBe(401);
    }
    for (const forBuyers of [`/api/purchases`, `/api/users/door-1/tickets`]) {
      expect((await test.request('GET', forBuyers, { token: door })).status).toBe(403);
    }
    expect((await present(operator, body)).result).toBe('admitted');
  });

  it('can be undone with a reason, by the doors of the event, and the ticket is admitted again', async () => {
    const { codes, door, eventId, purchaseId } = await buy(1);
    const { checkInId } = await present(door, { code: codes[0], gate: 'Gate B' });
    const undo = (id: string, token: string, body: object = { reason: 'Scanned by mistake.' }) =>
      post(`/api/check-ins/${id}/undo`, token, body);
    expect((await undo(checkInId, door, {})).status).toBe(422);
    expect((await undo(checkInId, (await buy(1)).door)).status).toBe(404);
    const answers = [await undo(checkInId, door), await undo(checkInId, door)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await admissions(eventId, door)).toMatchObject({ admitted: 0, counts: [] });
    const again = await present(door, { code: codes[0] });
    expect(again.result).toBe('admitted');
    const refused = await present(door, { code: codes[0] });
    expect((await undo(refused.checkInId, door)).status).toBe(409);
    expect((await auditOf(purchaseId)).map(({ action }) => action)).toEqual(['admit', 'undo_admission', 'admit']);
  });

  it('has a batch form, in which each code is answered by itself', async () => {
    const { codes, door, eventId } = await buy(2);
    const [a, b] = [randomUUID(), randomUUID()];
    const checkIns = [
      { key: a, code: codes[0], gate: 'North' },
      { key: b, code: codes[0], gate: 'South' },
      { key: a, code: codes[0], gate: 'North' },
      { key: a, code: codes[1], gate: 'North' },
      { key: randomUUID(), code: codes[1], gate: 'North' },
    ];
    const response = await post('/api/check-ins/batch', door, { checkIns });
    const body = (await response.json()) as { checkIns: { checkIn?: CheckInAnswer; problem?: { type: string } }[] };
    const said = body.checkIns.map(({ checkIn, problem }) => checkIn?.result ?? problem?.type);
    expect(said).toEqual(['admitted', 'already_admitted', 'admitted', '/problems/idempotency-key-reused', 'admitted']);
    expect(await admissions(eventId, door)).toMatchObject({
      admitted: 2,
      counts: [{ ticketType: 'Standard', gate: 'North', admitted: 2 }],
    });
  });

  it('keeps the ticket from being cancelled by its buyer, but not by an operator', async () => {
    const { codes, door, purchaseId, ticketIds, owner } = await buy(2);
    await present(door, { code: codes[0] });
    for (const body of [{}, { tickets: [ticketIds[0]] }]) {
      const refused = await post(`/api/purchases/${purchaseId}/cancel`, owner, body);
      const { type, tickets } = (await refused.json()) as { type: string; tickets: string[] };
      expect([refused.status, type, tickets]).toEqual([409, '/problems/ticket-admitted', [ticketIds[0]]]);
    }
    const refund = async (token: string) =>
      (await test.request('GET', `/api/purchases/${purchaseId}/refund`, { token })).json();
    expect(await refund(owner)).toMatchObject({ type: '/problems/ticket-admitted', tickets: [ticketIds[0]] });
    expect(await refund(operator)).toMatchObject({ refundMinor: 9_000 });
    expect((await post(`/api/purchases/${purchaseId}/cancel`, owner, { tickets: [ticketIds[1]] })).status).toBe(200);
    expect((await post(`/api/purchases/${purchaseId}/cancel`, operator, {})).status).toBe(200);
    expect((await present(door, { code: codes[0] })).result).toBe('cancelled');
  });
});
