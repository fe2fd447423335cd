import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, decline, orderOf, sell } from '../testing/sales.js';
import { openSmallOffice, type SmallOffice } from '../testing/small-office.js';

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
    expect(await office.faultsOf(event.id)).toEqual([]);
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
