import type { InventorySnapshot } from '@box-office/inventory';
import type { EventRow, InventoryReading, Stores, TicketRow } from '../reading/stores.js';
import type { Violation } from '../violation.js';
import { compareBuyers } from './buyers.js';
import { compareFreeSerials, compareHolds, compareSales, serialsByPurchase } from './owners.js';

/** Invariant 1: for each ticket type the counts in Redis add up, and its sold tickets are those of PostgreSQL. */
export function checkCapacity(stores: Stores): Violation[] {
  const open = new Set(stores.purchases.filter(({ outcome }) => outcome === null).map(({ purchaseId }) => purchaseId));
  return [
    ...stores.events.flatMap((event) => checkEvent(event, stores, open)),
    ...ticketsLeftPending(stores.tickets, open),
  ];
}

function checkEvent(event: EventRow, stores: Stores, open: ReadonlySet<string>): Violation[] {
  const { eventId } = event;
  const reading = stores.inventories.get(eventId);
  const snapshot = reading?.snapshot ?? null;
  if (snapshot === null || snapshot.unavailable !== null) {
    return [
      {
        invariant: 1,
        fault: 'inventory_unusable',
        eventId,
        expected: 'usable',
        found: snapshot?.unavailable ?? 'none',
        text: 'Redis has no usable inventory',
      },
    ];
  }
  const valid = stores.tickets.filter((ticket) => ticket.eventId === eventId && ticket.status === 'valid');
  const active = stores.holds.filter((hold) => hold.eventId === eventId && hold.status === 'active');
  return [
    ...event.ticketTypes.flatMap((type) => checkCounts(eventId, type, snapshot, valid)),
    ...checkReadModel(eventId, snapshot, reading?.readModel ?? null),
    ...compareSales(eventId, snapshot, valid),
    ...compareHolds(eventId, snapshot, active, open),
    ...compareBuyers(eventId, snapshot, valid, active, stores.buyers),
    ...compareFreeSerials(eventId, snapshot),
  ];
}

function checkCounts(
  eventId: string,
  type: { readonly name: string; readonly total: number },
  snapshot: InventorySnapshot,
  valid: readonly TicketRow[],
): Violation[] {
  const where = { invariant: 1, eventId, ticketType: type.name } as const;
  const stock = snapshot.ticketTypes.find(({ name }) => name === type.name);
  if (stock === undefined) {
    return [
      {
        ...where,
        fault: 'type_missing',
        expected: type.total,
        found: null,
        text: 'Redis does not know this ticket type',
      },
    ];
  }
  const violations: Violation[] = [];
  const compare = (fault: string, expected: number, found: number, text: string): void => {
    if (expected !== found) violations.push({ ...where, fault, expected, found, text });
  };
  const held = serialsByPurchase(snapshot.reservations, type.name).flatMap(([, serials]) => serials).length;
  const sold = valid.filter(({ ticketType }) => ticketType === type.name).length;
  compare('total_differs', type.total, stock.total, 'the total in Redis differs from the total in PostgreSQL');
  compare('held_differs', held, stock.held, 'the count of held tickets is not the sum of the holds');
  compare('sold_differs', sold, stock.sold, 'the count of sold tickets is not the number of valid tickets');
  if (stock.held + stock.sold > type.total) {
    compare('oversold', type.total, stock.held + stock.sold, 'more tickets are held and sold than exist');
  }
  return violations;
}

/** The read model that buyers see: its three counts must add up to the total and equal those of the inventory. */
function checkReadModel(
  eventId: string,
  snapshot: InventorySnapshot,
  readModel: InventoryReading['readModel'],
): Violation[] {
  if (readModel === null) {
    return [
      {
        invariant: 1,
        fault: 'read_model_missing',
        eventId,
        expected: 'event read model',
        found: null,
        text: 'Redis has an inventory but no read model',
      },
    ];
  }
  const violations: Violation[] = [];
  for (const { name, total, held, sold } of snapshot.ticketTypes) {
    const shown = readModel.ticketTypes.find((type) => type.name === name);
    const expected = { available: total - held - sold, held, sold };
    const found = shown && { available: shown.available, held: shown.held, sold: shown.sold };
    if (JSON.stringify(expected) === JSON.stringify(found)) continue;
    violations.push({
      invariant: 1,
      fault: 'counts_do_not_add_up',
      eventId,
      ticketType: name,
      expected,
      found: found ?? null,
      text: 'available, held and sold in the read model differ from the inventory',
    });
  }
  return violations;
}

function ticketsLeftPending(tickets: readonly TicketRow[], open: ReadonlySet<string>): Violation[] {
  return tickets
    .filter(({ status, purchaseId }) => status === 'pending' && !open.has(purchaseId))
    .map(({ eventId, ticketType, purchaseId, serial }) => ({
      invariant: 1,
      fault: 'ticket_left_pending',
      eventId,
      ticketType,
      purchaseId,
      expected: 'valid, void or none',
      found: `pending, serial ${serial}`,
      text: 'a pending ticket of a purchase that has ended still occupies its serial',
    }));
}
