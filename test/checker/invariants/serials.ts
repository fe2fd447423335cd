import { listSeats, type Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/** Invariant 2: no serial has two owners, none is above the total, and PostgreSQL enforces both for tickets. */
export function checkSerials(stores: Stores): Violation[] {
  const totals = new Map(
    stores.events.flatMap(({ eventId, ticketTypes }) =>
      ticketTypes.map(({ name, total }): [string, number] => [`${eventId}\n${name}`, total]),
    ),
  );
  const violations: Violation[] = [];
  const owners = new Map<string, string>();
  for (const { eventId, ticketType, serial, owner } of takenSeats(stores)) {
    const where = { invariant: 2, eventId, ticketType, purchaseId: owner } as const;
    const total = totals.get(`${eventId}\n${ticketType}`) ?? 0;
    if (serial > total || serial < 1) {
      const text = 'a serial has an owner although the event does not have it';
      violations.push({ ...where, fault: 'serial_above_total', expected: `1 to ${total}`, found: serial, text });
    }
    const seat = `${eventId}\n${ticketType}\n${serial}`;
    const other = owners.get(seat);
    if (other !== undefined) {
      const text = `serial ${serial} has two owners`;
      violations.push({ ...where, fault: 'doubled_serial', expected: 'one owner', found: [other, owner], text });
    }
    owners.set(seat, owner);
  }
  return [...violations, ...missingGuards(stores)];
}

interface Seat {
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  /** The purchase or hold that has it. */
  readonly owner: string;
}

/** Every serial with an owner: a valid or pending ticket, or an active hold. */
function takenSeats({ tickets, holds }: Stores): Seat[] {
  return [
    ...tickets
      .filter(({ status }) => status === 'valid' || status === 'pending')
      .map(({ eventId, ticketType, serial, purchaseId }) => ({ eventId, ticketType, serial, owner: purchaseId })),
    ...holds
      .filter(({ status }) => status === 'active')
      .flatMap(({ eventId, holdId, items }) => listSeats(items).map((seat) => ({ ...seat, eventId, owner: holdId }))),
  ];
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
