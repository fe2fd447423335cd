import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PurchaseReply } from '../calls.js';
import { callOf, decline, NO_DETAILS, orderOf, sell } from '../testing/sales.js';
import { openSmallOffice, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

const ITEMS = [{ ticketType: 'Standard', quantity: 2 }];
const SOLD_OUT: PurchaseReply = {
  kind: 'refused',
  status: 409,
  problem: 'sold-out',
  details: '["Standard",0,null,null,null]',
};
const DECLINED: PurchaseReply = { kind: 'refused', status: 402, problem: 'payment-declined', details: NO_DETAILS };

describe('invariant 4 is violated by', () => {
  it('nothing while repeats are told the same, and strangers that the key is taken', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    office.calls.push(
      sold,
      { ...sold, answer: { kind: 'unknown', status: null, cause: 'reset' } },
      { ...sold, answer: { kind: 'open', status: 202 } },
      { ...sold, paymentMethod: 'pm_other', answer: { kind: 'key_reused', status: 422 } },
    );
    expect(await office.faultsOf(event.id)).toEqual([]);
  });

  it('a repeat that is told something else', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    office.calls.push({ ...sold, answer: DECLINED });
    expect(await office.faultsOf(event.id)).toEqual([
      '4 answer_differs_from_record',
      '4 two_outcomes',
      '7 refused_with_tickets',
    ]);
  });

  it('an answer that names other tickets than the record', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    const [first, second] = sold.tickets;
    const tickets = [first, { ...second, serial: 19 }] as typeof sold.tickets;
    if (sold.answer.kind === 'ok') office.calls.push({ ...sold, answer: { ...sold.answer, tickets } });
    expect(await office.faultsOf(event.id)).toEqual([
      '4 answer_differs_from_record',
      '4 two_outcomes',
      '7 sale_not_on_record',
    ]);
  });

  it('a refusal from Redis that is forgotten while Redis lost nothing', async () => {
    const event = await office.openEvent();
    const order = orderOf(event, ITEMS, 'pm_approve');
    office.calls.push(callOf(order, SOLD_OUT));
    expect(await office.faultsOf(event.id)).toEqual([]);
    office.calls.push(callOf(order, { ...SOLD_OUT, problem: 'not-enough-left' }));
    expect(await office.faultsOf(event.id)).toEqual(['4 two_outcomes']);
    expect(await office.faultsOf(event.id, { redisForgot: true })).toEqual([]);
  });

  it('a refusal from Redis whose key buys tickets while Redis lost nothing', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    office.calls.push({ ...sold, answer: SOLD_OUT });
    expect(await office.faultsOf(event.id)).toContain('7 refused_with_tickets');
    expect(await office.faultsOf(event.id, { redisForgot: true })).toEqual([]);
  });

  it('two requests with different contents, both answered', async () => {
    const event = await office.openEvent();
    const declined = await decline(office, event);
    office.calls.push({ ...declined, items: ITEMS });
    expect(await office.faultsOf(event.id)).toEqual(['4 other_request_answered', '4 two_requests_answered']);
  });

  it('a buyer whose own key is refused', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    office.calls.push({ ...sold, answer: { kind: 'key_reused', status: 422 } });
    expect(await office.faultsOf(event.id)).toEqual(['4 own_key_refused']);
  });

  it('a status that contradicts the outcome', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await decline(office, event);
    await office.tamper(`update event_ticket_transactions set status = 'undone' where id = $1`, [purchaseId]);
    expect(await office.faultsOf(event.id)).toEqual(['4 status_contradicts_outcome']);
  });
});
