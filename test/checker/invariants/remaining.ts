import type { Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/** Invariant 6: `events.capacity` is the number of tickets left and the sum of the ledger lines. */
export function checkRemaining(stores: Stores): Violation[] {
  return stores.events.flatMap(({ eventId, capacity, initialCapacity, ticketTypes }) => {
    const total = ticketTypes.reduce((sum, type) => sum + type.total, 0);
    const sold = stores.tickets.filter((ticket) => ticket.eventId === eventId && ticket.status === 'valid').length;
    const changes = stores.ledger
      .filter((line) => line.eventId === eventId)
      .reduce((sum, line) => sum + line.change, 0);
    const violations: Violation[] = [];
    if (capacity !== total - sold) {
      violations.push({
        invariant: 6,
        fault: 'capacity_differs',
        eventId,
        expected: total - sold,
        found: capacity,
        text: 'events.capacity is not the capacity minus the valid tickets',
      });
    }
    if (capacity !== initialCapacity + changes) {
      violations.push({
        invariant: 6,
        fault: 'capacity_is_not_its_ledger',
        eventId,
        expected: initialCapacity + changes,
        found: capacity,
        text: 'events.capacity is not the sum of its ledger lines',
      });
    }
    return violations;
  });
}
