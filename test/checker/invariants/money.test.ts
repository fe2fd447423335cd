import { randomUUID } from 'node:crypto';
import { issueReceipts } from '@box-office/database';
import { paymentKey } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel } from '../testing/cancellations-and-holds.js';
import { chargeAgain, decline, sell } from '../testing/sales.js';
import { startCheckerFixture, violationsIn, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

describe('invariant 3 is violated by', () => {
  it('nothing while every ticket is paid for once', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    await decline(fixture, event);
    expect((await fixture.check()).kind).toBe('holds');
  });

  it('a charge with no ticket', async () => {
    const event = await fixture.openEvent();
    const declined = await decline(fixture, event);
    await chargeAgain(fixture, declined, 2_500);
    expect(await fixture.faultsOf(event.id)).toEqual(['3 charge_without_ticket']);
  });

  it('a ticket with no charge', async () => {
    const event = await fixture.openEvent();
    const { purchaseId, authorisationId } = await sell(fixture, event);
    const key = paymentKey(purchaseId, 1, 'refund');
    await fixture.payments.refund({ key, authorisationId, amountMinor: 5_000 });
    expect(await fixture.faultsOf(event.id)).toEqual(['3 ticket_without_charge']);
  });

  it('a ticket whose money a dispute has taken back', async () => {
    const event = await fixture.openEvent();
    const { authorisationId } = await sell(fixture, event);
    const body = JSON.stringify({ payment_intent: authorisationId });
    expect((await fetch(`${fixture.options.paymentUrl}/disputes`, { method: 'POST', body })).status).toBe(201);
    expect(await fixture.faultsOf(event.id)).toEqual(['3 ticket_without_charge']);
  });

  it('a second charge, even if it was refunded', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    const authorisationId = await chargeAgain(fixture, sold, 5_000);
    expect(await fixture.faultsOf(event.id)).toEqual(['3 charge_without_ticket', '3 charged_twice']);
    const key = paymentKey(sold.purchaseId, 2, 'refund');
    await fixture.payments.refund({ key, authorisationId, amountMinor: 5_000 });
    expect(await fixture.faultsOf(event.id)).toEqual(['3 charged_twice']);
  });

  it('an authorisation that is neither captured nor voided', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await decline(fixture, event);
    const key = paymentKey(purchaseId, 2, 'authorise');
    await fixture.payments.authorise({ key, amountMinor: 1, currency: 'EUR', method: 'pm_approve', purchaseId });
    expect(await fixture.faultsOf(event.id)).toEqual(['3 authorisation_left_open']);
  });

  it('tickets whose prices do not add up to the amount paid', async () => {
    const event = await fixture.openEvent();
    const { tickets } = await sell(fixture, event);
    await fixture.tamper('update event_tickets set price_minor = price_minor - 100 where id = $1', [
      tickets[0]?.ticketId,
    ]);
    expect(await fixture.faultsOf(event.id)).toEqual(['3 charge_without_ticket', '3 price_differs']);
  });

  describe('with fees and refund rules,', () => {
    const RULES = { purchaseFee: { priceMinor: 199 }, refundRules: { keepsFees: true, withheldPpm: 100_000 } };

    it('nothing while what is kept are valid tickets, fees and withheld amounts', async () => {
      const event = await fixture.openEvent(RULES);
      const sold = await sell(fixture, event);
      expect(sold.answer).toMatchObject({ amountMinor: 5_199 });
      await cancel(fixture, sold, sold.tickets.slice(0, 1));
      expect(await fixture.faultsOf(event.id)).toEqual([]);
    });

    it('a fee or a withheld amount that is forgotten', async () => {
      const event = await fixture.openEvent(RULES);
      const sold = await sell(fixture, event);
      await cancel(fixture, sold, sold.tickets.slice(0, 1));
      await fixture.tamper('delete from withheld_amounts where purchase_id = $1', [sold.purchaseId]);
      expect(await fixture.faultsOf(event.id)).toEqual(['3 charge_without_ticket']);
      await fixture.tamper('delete from purchase_fees where purchase_id = $1', [sold.purchaseId]);
      expect(await fixture.faultsOf(event.id)).toEqual(['3 charge_without_ticket', '3 price_differs']);
    });

    it('receipts that do not add up to what is kept, or lack a number', async () => {
      const event = await fixture.openEvent(RULES);
      const sold = await sell(fixture, event);
      const seller = { name: 'Hall', address: [], vatId: null };
      const issue = () => issueReceipts(fixture.pool, { series: 'C', seller }, [sold.purchaseId]);
      await issue();
      await cancel(fixture, sold, sold.tickets.slice(0, 1));
      expect(await fixture.faultsOf(event.id)).toEqual(['3 receipts_differ']);
      await issue();
      expect(await fixture.faultsOf(event.id)).toEqual([]);
      await fixture.tamper("update receipts set number = number + 1 where kind = 'correction'");
      expect(violationsIn(await fixture.check())).toContainEqual(
        expect.objectContaining({ fault: 'receipt_number_missing', expected: 2, found: 3 }),
      );
      await fixture.tamper('delete from receipts');
    });
  });

  it('a charge for an unknown purchase', async () => {
    const event = await fixture.openEvent();
    const unknown = { ...(await decline(fixture, event)), purchaseId: randomUUID() };
    await chargeAgain(fixture, unknown, 700);
    expect(violationsIn(await fixture.check())).toContainEqual(
      expect.objectContaining({ invariant: 3, purchaseId: unknown.purchaseId, expected: 0, found: 700 }),
    );
  });
});
