import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PurchaseReply } from '../calls.js';
import { callOf, decline, NO_DETAILS, orderOf, sell } from '../testing/sales.js';
import { startCheckerFixture, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

const ITEMS = [{ ticketType: 'Standard', quantity: 2 }];
const SOLD_OUT: PurchaseReply = {
  kind: 'refused',
  status: 409,
  problem: 'sold-out',
  details: '["Standard",0,null,null,null]',
};
const DECLINED: PurchaseReply = { kind: 'refused', status: 402, problem: 'payment-declined', details: NO_DETAILS };

describe('invariant 4 is violated by', () => {
  it('nothing while repeats get the same answer, and other requests with the key get 422', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    fixture.calls.push(
      sold,
      { ...sold, answer: { kind: 'unknown', status: null, cause: 'reset' } },
      { ...sold, answer: { kind: 'open', status: 202 } },
      { ...sold, paymentMethod: 'pm_other', answer: { kind: 'key_reused', status: 422 } },
    );
    expect(await fixture.faultsOf(event.id)).toEqual([]);
  });

  it('a repeat that gets another outcome', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    fixture.calls.push({ ...sold, answer: DECLINED });
    expect(await fixture.faultsOf(event.id)).toEqual([
      '4 answer_differs_from_record',
      '4 two_outcomes',
      '7 refused_with_tickets',
    ]);
  });

  it('an answer with other tickets than PostgreSQL has', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    const [first, second] = sold.tickets;
    const tickets = [first, { ...second, serial: 19 }] as typeof sold.tickets;
    if (sold.answer.kind === 'ok') fixture.calls.push({ ...sold, answer: { ...sold.answer, tickets } });
    expect(await fixture.faultsOf(event.id)).toEqual([
      '4 answer_differs_from_record',
      '4 two_outcomes',
      '7 sale_not_on_record',
    ]);
  });

  it('a refusal from Redis that changes although Redis lost no data', async () => {
    const event = await fixture.openEvent();
    const order = orderOf(event, ITEMS, 'pm_approve');
    fixture.calls.push(callOf(order, SOLD_OUT));
    expect(await fixture.faultsOf(event.id)).toEqual([]);
    fixture.calls.push(callOf(order, { ...SOLD_OUT, problem: 'not-enough-left' }));
    expect(await fixture.faultsOf(event.id)).toEqual(['4 two_outcomes']);
    expect(await fixture.faultsOf(event.id, { redisLostData: true })).toEqual([]);
  });

  it('a refusal from Redis whose key buys tickets although Redis lost no data', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    fixture.calls.push({ ...sold, answer: SOLD_OUT });
    expect(await fixture.faultsOf(event.id)).toContain('7 refused_with_tickets');
    expect(await fixture.faultsOf(event.id, { redisLostData: true })).toEqual([]);
  });

  it('two requests with different content and one key, both answered', async () => {
    const event = await fixture.openEvent();
    const declined = await decline(fixture, event);
    fixture.calls.push({ ...declined, items: ITEMS });
    expect(await fixture.faultsOf(event.id)).toEqual(['4 other_request_answered', '4 two_requests_answered']);
  });

  it('a repeat that is refused as a reuse of its own key', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    fixture.calls.push({ ...sold, answer: { kind: 'key_reused', status: 422 } });
    expect(await fixture.faultsOf(event.id)).toEqual(['4 own_key_refused']);
  });

  it('a status that contradicts the outcome', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await decline(fixture, event);
    await fixture.tamper(`update event_ticket_transactions set status = 'undone' where id = $1`, [purchaseId]);
    expect(await fixture.faultsOf(event.id)).toEqual(['4 status_contradicts_outcome']);
  });
});
