import type { Stores, TicketOnRecord } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/** Invariant 2: serials of living tickets are unique and within the total, and PostgreSQL sees to it. */
export function checkSerials(stores: Stores): Violation[] {
  const totals = new Map(
    stores.events.flatMap(({ eventId, ticketTypes }) =>
      ticketTypes.map(({ name, total }): [string, number] => [`${eventId}\n${name}`, total]),
    ),
  );
  const violations: Violation[] = [];
  const owners = new Map<string, TicketOnRecord>();
  for (const ticket of stores.tickets) {
    if (ticket.status !== 'valid' && ticket.status !== 'pending') continue;
    const { eventId, ticketType, purchaseId, serial } = ticket;
    const where = { invariant: 2, eventId, ticketType, purchaseId } as const;
    const total = totals.get(`${eventId}\n${ticketType}`) ?? 0;
    if (serial > total || serial < 1) {
      const text = 'a ticket bears a serial that the event does not have';
      violations.push({ ...where, fault: 'serial_above_total', expected: `1 to ${total}`, found: serial, text });
    }
    const seat = `${eventId}\n${ticketType}\n${serial}`;
    const owner = owners.get(seat);
    if (owner) {
      const text = `serial ${serial} is sold twice`;
      const found = [owner.purchaseId, purchaseId];
      violations.push({ ...where, fault: 'doubled_serial', expected: 'one ticket', found, text });
    }
    owners.set(seat, ticket);
  }
  return [...violations, ...missingGuards(stores)];
}

function missingGuards({ serialGuards }: Stores): Violation[] {
  const missing = (what: string): Violation => ({
    invariant: 2,
    fault: 'serial_guard_missing',
    expected: 'refused',
    found: 'accepted',
    text: `PostgreSQL accepted ${what} (rolled back)`,
  });
  return [
    ...(serialGuards.refusesDoubledSerial === false
      ? [missing('a second valid ticket with a serial that is taken')]
      : []),
    ...(serialGuards.refusesSerialAboveTotal === false ? [missing('a ticket with a serial above the total')] : []),
  ];
}
