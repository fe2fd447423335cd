import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

describe('POST /api/events/{id}/cancel', () => {
  let test: TestGateway;
  let operator: string;
  beforeAll(async () => {
    test = await openTestGateway();
    operator = await tokenOf('op', { role: 'operator' });
  });
  afterAll(() => test.close());

  const cancel = (id: string, body: unknown = { reason: 'storm' }, token = operator) =>
    test.request('POST', `/api/events/${id}/cancel`, { token, body });
  const progress = (id: string) => test.request('GET', `/api/events/${id}/cancellation`, { token: operator });

  it('202 when the sale has ended permanently, with the address of its progress', async () => {
    const event = await test.createEvent([standard(5)]);
    expect((await test.buy({ eventId: event.id, quantity: 2 })).status).toBe(201);
    expect((await progress(event.id)).status).toBe(404);

    const response = await cancel(event.id);
    expect(response.status).toBe(202);
    const running = { eventId: event.id, status: 'running', purchases: 1, cancelled: 0, open: 0, requestedBy: 'op' };
    expect(await response.json()).toMatchObject({ ...running, reason: 'storm', refundedMinor: 0 });
    expect(response.headers.get('location')).toBe(`/api/events/${event.id}/cancellation`);
    expect(await (await progress(event.id)).json()).toMatchObject(running);

    const late = await test.buy({ eventId: event.id, quantity: 1 });
    expect(await late.json()).toMatchObject({ status: 409, type: '/problems/not-on-sale' });
    const shown = await test.request('GET', `/api/events/${event.id}`);
    expect(await shown.json()).toMatchObject({ status: 'cancelled' });
    expect(await (await cancel(event.id, { reason: 'another' })).json()).toMatchObject({ reason: 'storm' });
  });

  it('202 to a repeat while Temporal is unavailable, and 503 without a promise where it may not have begun', async () => {
    const away = test.another();
    away.cancellations.behaviour = 'not_started';
    const event = await test.createEvent([standard(5)]);
    const at = (one: TestGateway) =>
      one.request('POST', `/api/events/${event.id}/cancel`, { token: operator, body: { reason: 'storm' } });
    const unknown = await at(away);
    expect(unknown.status).toBe(503);
    expect(((await unknown.json()) as { detail: string }).detail).toContain('not known whether');
    expect((await at(test)).status).toBe(202);
    const repeat = await at(away);
    expect([repeat.status, await repeat.json()]).toMatchObject([202, { status: 'running', reason: 'storm' }]);
  });

  it('and it cannot be undone by a change of the event, nor be done by one', async () => {
    const event = await test.createEvent([standard(5)]);
    const change = (body: object) => test.request('PATCH', `/api/events/${event.id}`, { token: operator, body });
    expect((await change({ status: 'cancelled' })).status).toBe(422);
    await cancel(event.id);
    const back = await change({ status: 'on_sale' });
    expect(await back.json()).toMatchObject({ status: 409, type: '/problems/event-change-refused' });
    expect((await change({ venue: 'Small Hall' })).status).toBe(200);
  });

  it('leaves nothing available and no hold active, and says so to later buyers', async () => {
    const event = await test.createEvent([standard(5)]);
    const token = await tokenOf('holder');
    const body = { eventId: event.id, quantity: 2 };
    const hold = { token, body, headers: { 'Idempotency-Key': 'held before it is cancelled' } };
    const { holdId } = (await (await test.request('POST', '/api/tickets/holds', hold)).json()) as { holdId: string };
    await cancel(event.id);
    const shown = (await (await test.request('GET', `/api/events/${event.id}`)).json()) as object;
    expect(shown).toMatchObject({ status: 'cancelled', capacity: 0, ticketTypes: [{ total: 5, available: 0 }] });
    const held = await test.request('GET', `/api/tickets/holds/${holdId}`, { token });
    expect(await held.json()).toMatchObject({ status: 'released' });
    expect((await test.inventory.snapshot(event.id))?.reservations).toEqual([]);
    const late = await test.buy({ eventId: event.id, holdId }, { token });
    expect(await late.json()).toMatchObject({ type: '/problems/not-on-sale', reason: 'cancelled', holdLapsed: true });
  });

  it('404 for an unknown event, 403 for a buyer, 422 without a reason', async () => {
    const event = await test.createEvent([standard(5)]);
    expect((await cancel('nowhere')).status).toBe(404);
    expect((await cancel(event.id, { reason: 'x' }, await tokenOf('ann'))).status).toBe(403);
    expect((await cancel(event.id, {})).status).toBe(422);
  });
});
