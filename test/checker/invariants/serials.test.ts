import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sell } from '../testing/sales.js';
import { startCheckerFixture, violationsIn, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

const COPY = `
insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
select gen_random_uuid(), event_id, ticket_type, $2, purchase_id, user_id, 0, currency, 'valid'
  from event_tickets where id = $1`;

describe('invariant 2 is violated by', () => {
  it('nothing while each seat has one owner', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    expect(await fixture.faultsOf(event.id)).toEqual([]);
    expect(violationsIn(await fixture.check()).filter(({ invariant }) => invariant === 2)).toEqual([]);
  });

  it('a serial above the total', async () => {
    const event = await fixture.openEvent();
    const { tickets } = await sell(fixture, event);
    await fixture.tamper(COPY, [tickets[0]?.ticketId, 21]);
    expect(await fixture.faultsOf(event.id)).toContain('2 serial_above_total');
  });

  it('a serial that is sold twice, and a database without the unique index', async () => {
    const event = await fixture.openEvent();
    const { purchaseId, tickets } = await sell(fixture, event);
    await fixture.tamper('drop index event_tickets_one_per_serial');
    await fixture.tamper(COPY, [tickets[0]?.ticketId, tickets[0]?.serial]);
    const violations = violationsIn(await fixture.check()).filter(({ invariant }) => invariant === 2);
    expect(violations).toContainEqual(
      expect.objectContaining({ fault: 'doubled_serial', eventId: event.id, found: [purchaseId, purchaseId] }),
    );
    expect(violations).toContainEqual(expect.objectContaining({ fault: 'serial_guard_missing' }));
  });

  it('a database without the trigger that compares serials with the total', async () => {
    await fixture.tamper('drop trigger serials_are_within_total on event_tickets');
    const violations = violationsIn(await fixture.check());
    expect(violations.map(({ text }) => text)).toContain(
      'PostgreSQL accepted a ticket with a serial above the total (rolled back)',
    );
  });
});
