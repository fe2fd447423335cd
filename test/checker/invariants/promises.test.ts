import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel, hold, release } from '../testing/aftermath.js';
import { callOf, decline, orderOf, sell } from '../testing/sales.js';
import { openSmallOffice, violationsIn, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

const ITEMS = [{ ticketType: 'Standard', quantity: 1 }];

describe('invariant 7 is violated by', () => {
  it('nothing while everybody was told the truth', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    await decline(office, event);
    const sold = await sell(office, event);
    await cancel(office, sold, sold.tickets.slice(0, 1));
    const { end, ...held } = await hold(office, event);
    await expect.poll(() => office.faultsOf(event.id), { timeout: 10_000 }).toEqual([]);
    await release(office, held);
    await end();
    expect((await office.check()).kind).toBe('holds');
  });

  it('a refund that was told and not made', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    const call = await cancel(office, sold, sold.tickets.slice(0, 1));
    if (call.answer.kind === 'ok') office.calls.push({ ...call, answer: { ...call.answer, refundedMinor: 5_000 } });
    const named = violationsIn(await office.check()).filter(({ purchaseId }) => purchaseId === sold.purchaseId);
    expect(named.map(({ fault }) => fault)).toEqual(['cancellation_not_on_record']);
    office.calls.pop();
  });

  it('a cancellation that is lost', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    await cancel(office, sold, sold.tickets.slice(0, 1));
    await office.tamper(`update event_tickets set status = 'valid', cancellation_id = null where purchase_id = $1`, [
      sold.purchaseId,
    ]);
    const named = violationsIn(await office.check()).map(({ fault }) => fault);
    expect(named).toContain('cancellation_not_on_record');
    expect(named).toContain('ticket_without_charge');
    office.calls.pop();
  });

  it('a hold that was told of and is not there', async () => {
    const event = await office.openEvent();
    const { end, ...held } = await hold(office, event);
    await office.tamper('delete from ticket_holds where id = $1', [held.holdId]);
    await end();
    expect(await office.faultsOf(event.id)).toContain('7 hold_not_on_record');
    office.calls.pop();
  });

  it('a hold that stands although its buyer was told that it is over, or was refused it', async () => {
    const event = await office.openEvent();
    const { end, ...held } = await hold(office, event);
    const refused = { kind: 'refused', status: 409, problem: 'sold-out', details: '' } as const;
    office.calls.push({ ...held, answer: refused });
    office.calls.push({ ...held, act: 'release', answer: { kind: 'ok', status: 200, ended: 'released' } });
    await expect.poll(() => office.faultsOf(event.id), { timeout: 10_000 }).toEqual(['7 refused_with_hold']);
    expect(violationsIn(await office.check()).map(({ fault }) => fault)).toContain('release_not_on_record');
    office.calls.splice(-3);
    await office.tamper('delete from ticket_holds where id = $1', [held.holdId]);
    await end();
  });

  it('a ticket row that is lost', async () => {
    const event = await office.openEvent();
    const { tickets } = await sell(office, event);
    await office.tamper('delete from event_tickets where id = $1', [tickets[1]?.ticketId]);
    const faults = await office.faultsOf(event.id);
    expect(faults).toContain('7 ticket_lost');
    expect(faults).toContain('7 sale_not_on_record');
    expect(faults).toContain('1 sold_differs');
    expect(faults).toContain('3 charge_without_ticket');
  });

  it('a buyer who was told of tickets that never were', async () => {
    const event = await office.openEvent();
    const order = orderOf(event, ITEMS, 'pm_approve');
    const answer = {
      kind: 'ok',
      status: 201,
      transactionId: 'T',
      tickets: [],
      amountMinor: 0,
      currency: 'EUR',
    } as const;
    office.calls.push(callOf(order, answer));
    expect(await office.faultsOf(event.id)).toEqual(['7 sale_not_on_record']);
  });

  it('a ticket of a purchase that was declined', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await decline(office, event);
    await office.tamper(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       values (gen_random_uuid(), $1, 'VIP', 5, $2, 'b', 0, 'EUR', 'valid')`,
      [event.id, purchaseId],
    );
    const faults = await office.faultsOf(event.id);
    expect(faults).toContain('7 ticket_without_sale');
    expect(faults).toContain('7 refused_with_tickets');
  });

  it('no purchase that was answered with 202 and never begun, but it is told', async () => {
    const event = await office.openEvent();
    const order = orderOf(event, ITEMS, 'pm_approve');
    office.calls.push(callOf(order, { kind: 'open', status: 202 }));
    expect(await office.faultsOf(event.id)).toEqual([]);
    const verdict = await office.check();
    expect(verdict.kind === 'unknown' ? [] : verdict.notes).toEqual([
      `1 purchases were answered with 202 and never begun, such as ${order.purchaseId}`,
    ]);
  });
});
