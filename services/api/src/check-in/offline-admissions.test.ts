import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDoors, instant, type CheckInAnswer, type TestDoors } from '../testing/doors.js';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let doors: TestDoors;
let operator: string;

beforeAll(async () => {
  test = await openTestGateway();
  doors = createTestDoors(test);
  operator = await tokenOf('op', { role: 'operator' });
});
afterAll(() => test.close());

/** Reports whom a door has let in without a connection. */
async function report(token: string, ...checkIns: object[]): Promise<readonly CheckInAnswer[]> {
  const body = { checkIns: checkIns.map((one) => ({ key: randomUUID(), gate: 'Gate A', ...one })) };
  const response = await doors.post('/api/check-ins/batch', token, body);
  expect(response.status).toBe(200);
  const answers = ((await response.json()) as { checkIns: { checkIn: CheckInAnswer }[] }).checkIns;
  return answers.map(({ checkIn }) => checkIn);
}
const admissionOf = async (ticketId: string | undefined) => {
  const shown = await test.request('GET', `/api/tickets/${ticketId}`, { token: operator });
  return ((await shown.json()) as CheckInAnswer).admission;
};

describe('an offline admission', () => {
  it('has the time of the door, never one in the future, and a line in the audit log', async () => {
    const { codes, ticketIds, door, eventId, purchaseId } = await doors.buy(2);
    const at = instant(-600_000);
    const [past, future] = await report(
      door,
      { code: codes[0], admittedAt: at },
      { code: codes[1], admittedAt: instant(600_000) },
    );
    expect(past).toMatchObject({ result: 'admitted', offline: true, checkedAt: at });
    expect(await admissionOf(ticketIds[0])).toEqual({ admittedAt: at, gate: 'Gate A' });
    expect(Date.parse(future?.checkedAt ?? '')).toBeLessThanOrEqual(Date.now());
    expect(await doors.admissions(eventId, door)).toMatchObject({ admitted: 2, double: 0 });
    expect(await doors.auditOf(purchaseId)).toHaveLength(2);
  });

  it('counts although the hours of entry are over by now', async () => {
    const { codes, door, eventId } = await doors.buy(1);
    const over = "update events set starts_at = now() - interval '3 h', ends_at = now() - interval '1 h' where id = $1";
    await test.pool.query(over, [eventId]);
    expect((await doors.present(door, { code: codes[0] })).result).toBe('other_day');
    expect(await report(door, { code: codes[0], admittedAt: instant(-7_200_000) })).toMatchObject([
      { result: 'admitted' },
    ]);
  });

  it('is the one that the door had asked for, if that request arrived and only its answer was lost', async () => {
    const { codes, door, eventId, purchaseId } = await doors.buy(1);
    const key = randomUUID();
    const asked = await doors.present(door, { code: codes[0] }, key);
    const [reported] = await report(door, { key, code: codes[0], admittedAt: instant(0) });
    expect(reported).toEqual(asked);
    expect(await doors.admissions(eventId, door)).toMatchObject({ admitted: 1, double: 0 });
    expect(await doors.auditOf(purchaseId)).toHaveLength(1);
  });

  it('is recorded also if the answer that was lost was no', async () => {
    const { codes, door, purchaseId, owner } = await doors.buy(1);
    await doors.post(`/api/purchases/${purchaseId}/cancel`, owner, {});
    const key = randomUUID();
    expect(await doors.present(door, { code: codes[0] }, key)).toMatchObject({ result: 'cancelled', offline: false });
    const one = { key, code: codes[0], admittedAt: instant(0) };
    const first = await report(door, one);
    expect(first).toMatchObject([{ result: 'cancelled', offline: true }]);
    expect(await report(door, one)).toEqual(first);
    expect(await doors.auditOf(purchaseId)).toHaveLength(1);
  });

  it('uses the ticket also if the admission that it was refused for has been undone since', async () => {
    const { codes, ticketIds, door, eventId, purchaseId } = await doors.buy(1);
    const mistake = await doors.present(door, { code: codes[0], gate: 'North' });
    const key = randomUUID();
    const refused = { code: codes[0], gate: 'South' };
    expect((await doors.present(door, refused, key)).result).toBe('already_admitted');
    await doors.post(`/api/check-ins/${mistake.checkInId}/undo`, door, { reason: 'mistake' });
    const [reported] = await report(door, { key, ...refused, admittedAt: instant(0) });
    expect(reported).toMatchObject({ result: 'already_admitted', offline: true });
    expect(await admissionOf(ticketIds[0])).toMatchObject({ gate: 'South' });
    expect((await doors.present(door, { code: codes[0] })).result).toBe('already_admitted');
    expect(await doors.admissions(eventId, door)).toMatchObject({
      double: 0,
      counts: [{ gate: 'South', admitted: 1 }],
    });
    const { rows } = await test.pool.query(
      `select state_before as before, state_after as after from audit_logs
        where purchase_id = $1 and kind = 'admission' order by id desc limit 1`,
      [purchaseId],
    );
    expect(rows).toEqual([{ before: { admitted: false }, after: { admitted: true } }]);
  });

  it('uses the ticket also if it was refused for the day and the event has other times by now', async () => {
    const { codes, ticketIds, door, eventId } = await doors.buy(1, 7 * 86_400_000);
    const key = randomUUID();
    const early = await doors.present(door, { code: codes[0] }, key);
    expect(early.result).toBe('other_day');
    await test.pool.query("update events set starts_at = now() + interval '1 min' where id = $1", [eventId]);
    const [reported] = await report(door, { key, code: codes[0], admittedAt: instant(0) });
    expect(reported).toMatchObject({ result: 'other_day', offline: true });
    expect(await admissionOf(ticketIds[0])).toMatchObject({ gate: 'Gate A' });
    expect((await doors.present(door, { code: codes[0] })).result).toBe('already_admitted');
    const undone = await doors.post(`/api/check-ins/${early.checkInId}/undo`, door, { reason: 'mistake' });
    expect(undone.status).toBe(200);
    expect((await doors.present(door, { code: codes[0] })).result).toBe('admitted');
  });

  it('does not use the ticket of the person who has accepted it since', async () => {
    const { codes, ticketIds, door } = await doors.buy(1);
    const mistake = await doors.present(door, { code: codes[0] });
    const key = randomUUID();
    expect((await doors.present(door, { code: codes[0] }, key)).result).toBe('already_admitted');
    await doors.post(`/api/check-ins/${mistake.checkInId}/undo`, door, { reason: 'mistake' });
    await test.pool.query('update event_tickets set version = version + 1 where id = $1', [ticketIds[0]]);
    await report(door, { key, code: codes[0], admittedAt: instant(0) });
    expect(await admissionOf(ticketIds[0])).toBeNull();
  });
});

describe('a ticket that two doors have admitted', () => {
  it('keeps the admission that was first by time, and both doors are told of the other', async () => {
    const { codes, ticketIds, door, eventId, purchaseId } = await doors.buy(2);
    for (const code of codes) await doors.present(door, { code, gate: 'North' });
    const [early, late] = [instant(-600_000), instant(0)];
    const north = (await admissionOf(ticketIds[1]))?.admittedAt;
    const answers = await report(
      door,
      { code: codes[0], gate: 'South', admittedAt: early },
      { code: codes[1], gate: 'South', admittedAt: late },
    );
    expect(answers).toMatchObject([
      { result: 'already_admitted', offline: true, checkedAt: early, admission: { gate: 'North' } },
      { result: 'already_admitted', offline: true, admission: { gate: 'North', admittedAt: north } },
    ]);
    expect(await admissionOf(ticketIds[0])).toEqual({ admittedAt: early, gate: 'South' });
    expect(await admissionOf(ticketIds[1])).toEqual({ admittedAt: north, gate: 'North' });
    expect(await doors.present(door, { code: codes[0] })).toMatchObject({
      result: 'already_admitted',
      offline: false,
      admission: { gate: 'South', admittedAt: early },
    });
    expect(await doors.admissions(eventId, door)).toMatchObject({
      admitted: 2,
      double: 2,
      counts: [
        { gate: 'North', admitted: 1 },
        { gate: 'South', admitted: 1 },
      ],
    });
    expect(await doors.auditOf(purchaseId)).toHaveLength(4);
  });

  it.each([
    ['first', 0],
    ['second', 1],
  ])('is still used when the %s of them is undone, and free when both are', async (_, undone) => {
    const { codes, door, eventId } = await doors.buy(1);
    const first = await doors.present(door, { code: codes[0], gate: 'North' });
    const [second] = await report(door, { code: codes[0], gate: 'South', admittedAt: instant(-600_000) });
    const ids = [first.checkInId, second?.checkInId];
    const undo = (id: string | undefined) => doors.post(`/api/check-ins/${id}/undo`, door, { reason: 'mistake' });
    expect((await undo(ids[undone])).status).toBe(200);
    expect((await doors.present(door, { code: codes[0] })).result).toBe('already_admitted');
    expect(await doors.admissions(eventId, door)).toMatchObject({ admitted: 1, double: 0 });
    expect((await undo(ids[1 - undone])).status).toBe(200);
    expect(await doors.admissions(eventId, door)).toMatchObject({ admitted: 0, double: 0 });
    expect((await doors.present(door, { code: codes[0] })).result).toBe('admitted');
  });
});
