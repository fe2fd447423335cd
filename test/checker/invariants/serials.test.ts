import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sell } from '../testing/sales.js';
import { openSmallOffice, violationsIn, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

const COPY = `
insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
select gen_random_uuid(), event_id, ticket_type, $2, purchase_id, user_id, 0, currency, 'valid'
  from event_tickets where id = $1`;

describe('invariant 2 is violated by', () => {
  it('nothing while each seat has one owner', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    expect(await office.faultsOf(event.id)).toEqual([]);
    expect(violationsIn(await office.check()).filter(({ invariant }) => invariant === 2)).toEqual([]);
  });

  it('a serial above the total', async () => {
    const event = await office.openEvent();
    const { tickets } = await sell(office, event);
    await office.tamper(COPY, [tickets[0]?.ticketId, 21]);
    expect(await office.faultsOf(event.id)).toContain('2 serial_above_total');
  });

  it('a serial that is sold twice, and a database that let it happen', async () => {
    const event = await office.openEvent();
    const { purchaseId, tickets } = await sell(office, event);
    await office.tamper('drop index event_tickets_one_per_serial');
    await office.tamper(COPY, [tickets[0]?.ticketId, tickets[0]?.serial]);
    const violations = violationsIn(await office.check()).filter(({ invariant }) => invariant === 2);
    expect(violations).toContainEqual(
      expect.objectContaining({ fault: 'doubled_serial', eventId: event.id, found: [purchaseId, purchaseId] }),
    );
    expect(violations).toContainEqual(expect.objectContaining({ fault: 'serial_guard_missing' }));
  });

  it('a database that no longer compares serials with the total', async () => {
    await office.tamper('drop trigger serials_are_within_total on event_tickets');
    const violations = violationsIn(await office.check());
    expect(violations.map(({ text }) => text)).toContain(
      'PostgreSQL accepted a ticket with a serial above the total (rolled back)',
    );
  });
});
