import { randomUUID } from 'node:crypto';
import { paymentKey } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargeAgain, decline, sell } from '../testing/sales.js';
import { openSmallOffice, violationsIn, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

describe('invariant 3 is violated by', () => {
  it('nothing while every ticket is paid once', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    await decline(office, event);
    expect((await office.check()).kind).toBe('holds');
  });

  it('a charge with no ticket', async () => {
    const event = await office.openEvent();
    const declined = await decline(office, event);
    await chargeAgain(office, declined, 2_500);
    expect(await office.faultsOf(event.id)).toEqual(['3 charge_without_ticket']);
  });

  it('a ticket with no charge', async () => {
    const event = await office.openEvent();
    const { purchaseId, authorisationId } = await sell(office, event);
    const key = paymentKey(purchaseId, 1, 'refund');
    await office.payments.refund({ key, authorisationId, amountMinor: 5_000 });
    expect(await office.faultsOf(event.id)).toEqual(['3 ticket_without_charge']);
  });

  it('a second charge, even if it was paid back', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    const authorisationId = await chargeAgain(office, sold, 5_000);
    expect(await office.faultsOf(event.id)).toEqual(['3 charge_without_ticket', '3 charged_twice']);
    const key = paymentKey(sold.purchaseId, 2, 'refund');
    await office.payments.refund({ key, authorisationId, amountMinor: 5_000 });
    expect(await office.faultsOf(event.id)).toEqual(['3 charged_twice']);
  });

  it('money that stays set aside', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await decline(office, event);
    const key = paymentKey(purchaseId, 2, 'authorise');
    await office.payments.authorise({ key, amountMinor: 1, currency: 'EUR', method: 'pm_approve', purchaseId });
    expect(await office.faultsOf(event.id)).toEqual(['3 money_left_aside']);
  });

  it('tickets that are not worth what the buyer paid', async () => {
    const event = await office.openEvent();
    const { tickets } = await sell(office, event);
    await office.tamper('update event_tickets set price_minor = price_minor - 100 where id = $1', [
      tickets[0]?.ticketId,
    ]);
    expect(await office.faultsOf(event.id)).toEqual(['3 charge_without_ticket', '3 price_differs']);
  });

  it('a charge for a purchase that nobody knows', async () => {
    const event = await office.openEvent();
    const stranger = { ...(await decline(office, event)), purchaseId: randomUUID() };
    await chargeAgain(office, stranger, 700);
    expect(violationsIn(await office.check())).toContainEqual(
      expect.objectContaining({ invariant: 3, purchaseId: stranger.purchaseId, expected: 0, found: 700 }),
    );
  });
});
