import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel, hold, release } from '../testing/cancellations-and-holds.js';
import { callOf, decline, orderOf, sell } from '../testing/sales.js';
import { startCheckerFixture, violationsIn, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

const ITEMS = [{ ticketType: 'Standard', quantity: 1 }];

describe('invariant 7 is violated by', () => {
  it('nothing while every answer is true', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    await decline(fixture, event);
    const sold = await sell(fixture, event);
    await cancel(fixture, sold, sold.tickets.slice(0, 1));
    const { end, ...held } = await hold(fixture, event);
    await expect.poll(() => fixture.faultsOf(event.id)).toEqual([]);
    await release(fixture, held);
    await end();
    expect((await fixture.check()).kind).toBe('holds');
  });

  it('a refund in an answer that was not made', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    const call = await cancel(fixture, sold, sold.tickets.slice(0, 1));
    if (call.answer.kind === 'ok') fixture.calls.push({ ...call, answer: { ...call.answer, refundedMinor: 5_000 } });
    const named = violationsIn(await fixture.check()).filter(({ purchaseId }) => purchaseId === sold.purchaseId);
    expect(named.map(({ fault }) => fault)).toEqual(['cancellation_not_on_record']);
    fixture.calls.pop();
  });

  it('a cancellation in an answer that is missing in PostgreSQL', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    await cancel(fixture, sold, sold.tickets.slice(0, 1));
    await fixture.tamper(`update event_tickets set status = 'valid', cancellation_id = null where purchase_id = $1`, [
      sold.purchaseId,
    ]);
    const named = violationsIn(await fixture.check()).map(({ fault }) => fault);
    expect(named).toContain('cancellation_not_on_record');
    expect(named).toContain('ticket_without_charge');
    fixture.calls.pop();
  });

  it('a hold in an answer that is missing in PostgreSQL', async () => {
    const event = await fixture.openEvent();
    const { end, ...held } = await hold(fixture, event);
    await fixture.tamper('delete from ticket_holds where id = $1', [held.holdId]);
    await end();
    expect(await fixture.faultsOf(event.id)).toContain('7 hold_not_on_record');
    fixture.calls.pop();
  });

  it('an active hold that was answered as released or refused', async () => {
    const event = await fixture.openEvent();
    const { end, ...held } = await hold(fixture, event);
    const refused = { kind: 'refused', status: 409, problem: 'sold-out', details: '' } as const;
    fixture.calls.push({ ...held, answer: refused });
    fixture.calls.push({ ...held, action: 'release', answer: { kind: 'ok', status: 200, ended: 'released' } });
    await expect.poll(() => fixture.faultsOf(event.id)).toEqual(['7 refused_with_hold']);
    expect(await fixture.faultsOf(event.id, { redisLostData: true })).toEqual([]);
    expect(violationsIn(await fixture.check()).map(({ fault }) => fault)).toContain('release_not_on_record');
    fixture.calls.splice(-3);
    await fixture.tamper('delete from ticket_holds where id = $1', [held.holdId]);
    await end();
  });

  it('a missing ticket row', async () => {
    const event = await fixture.openEvent();
    const { tickets } = await sell(fixture, event);
    await fixture.tamper('delete from event_tickets where id = $1', [tickets[1]?.ticketId]);
    const faults = await fixture.faultsOf(event.id);
    expect(faults).toContain('7 ticket_lost');
    expect(faults).toContain('7 sale_not_on_record');
    expect(faults).toContain('1 sold_differs');
    expect(faults).toContain('3 charge_without_ticket');
  });

  it('a sale in an answer that is missing in PostgreSQL', async () => {
    const event = await fixture.openEvent();
    const order = orderOf(event, ITEMS, 'pm_approve');
    const answer = {
      kind: 'ok',
      status: 201,
      transactionId: 'T',
      tickets: [],
      amountMinor: 0,
      currency: 'EUR',
    } as const;
    fixture.calls.push(callOf(order, answer));
    expect(await fixture.faultsOf(event.id)).toEqual(['7 sale_not_on_record']);
  });

  it('a ticket of a purchase that was declined', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await decline(fixture, event);
    await fixture.tamper(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       values (gen_random_uuid(), $1, 'VIP', 5, $2, 'b', 0, 'EUR', 'valid')`,
      [event.id, purchaseId],
    );
    const faults = await fixture.faultsOf(event.id);
    expect(faults).toContain('7 ticket_without_sale');
    expect(faults).toContain('7 refused_with_tickets');
  });

  it('no purchase that was answered with 202 and never started, but it is noted', async () => {
    const event = await fixture.openEvent();
    const order = orderOf(event, ITEMS, 'pm_approve');
    fixture.calls.push(callOf(order, { kind: 'open', status: 202 }));
    expect(await fixture.faultsOf(event.id)).toEqual([]);
    const verdict = await fixture.check();
    expect(verdict.kind === 'unknown' ? [] : verdict.notes).toEqual([
      `1 purchases were answered with 202 and never started, such as ${order.purchaseId}`,
    ]);
  });
});
