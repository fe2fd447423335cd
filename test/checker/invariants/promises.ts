import type { PurchaseCall } from '../calls.js';
import { seatsOf, ticketsByPurchase, validTicketsByPurchase, type Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';
import { callsByPurchase } from './outcomes.js';

/** Invariant 7: whoever was told of tickets has them on record, and whoever was told of none has none. */
export function checkPromises(
  stores: Stores,
  calls: readonly PurchaseCall[],
): { readonly violations: Violation[]; readonly notes: string[] } {
  return {
    violations: [...lostTickets(stores), ...brokenPromises(stores, calls)],
    notes: neverBegun(stores, calls),
  };
}

/** The tickets of each confirmed purchase: those of its outcome, living or cancelled since, and no others. */
function lostTickets(stores: Stores): Violation[] {
  const sold = ticketsByPurchase(stores, ['valid', 'cancelled']);
  return stores.purchases.flatMap(({ purchaseId, eventId, outcome }): Violation[] => {
    const expected = outcome?.kind === 'confirmed' ? seatsOf(outcome.tickets) : '';
    const found = seatsOf(sold.get(purchaseId) ?? []);
    if (expected === found) return [];
    const where = { invariant: 7, eventId, purchaseId, expected, found } as const;
    return expected === ''
      ? [{ ...where, fault: 'ticket_without_sale', text: 'a purchase that sold nothing has tickets' }]
      : [{ ...where, fault: 'ticket_lost', text: 'the tickets on record are not those of the outcome' }];
  });
}

function brokenPromises(stores: Stores, calls: readonly PurchaseCall[]): Violation[] {
  const rows = new Map(stores.purchases.map((purchase) => [purchase.purchaseId, purchase]));
  const sold = ticketsByPurchase(stores, ['valid', 'cancelled']);
  const valid = validTicketsByPurchase(stores);
  return calls.flatMap(({ purchaseId, eventId, answer }): Violation[] => {
    const where = { invariant: 7, eventId, purchaseId } as const;
    if (answer.kind === 'ok') {
      const expected = `${answer.transactionId}: ${seatsOf(answer.tickets)}`;
      const row = rows.get(purchaseId);
      const found = row ? `${row.transactionId}: ${seatsOf(sold.get(purchaseId) ?? [])}` : 'no such purchase';
      if (expected === found) return [];
      return [
        {
          ...where,
          fault: 'sale_not_on_record',
          expected,
          found,
          text: 'a buyer was told of tickets that are not there',
        },
      ];
    }
    const tickets = valid.get(purchaseId) ?? [];
    if (answer.kind !== 'refused' || tickets.length === 0) return [];
    const found = seatsOf(tickets);
    return [
      {
        ...where,
        fault: 'refused_with_tickets',
        expected: 'no tickets',
        found,
        text: 'a buyer who was refused has tickets',
      },
    ];
  });
}

/** Told that it goes on, and nobody ever began: no harm, but the buyer has to ask again. */
function neverBegun(stores: Stores, calls: readonly PurchaseCall[]): string[] {
  const known = new Set(stores.purchases.map(({ purchaseId }) => purchaseId));
  const waiting = [...callsByPurchase(calls)].filter(
    ([purchaseId, ofPurchase]) =>
      !known.has(purchaseId) &&
      ofPurchase.some(({ answer }) => answer.kind === 'open') &&
      ofPurchase.every(({ answer }) => answer.kind !== 'ok' && answer.kind !== 'refused'),
  );
  const [first] = waiting;
  return first ? [`${waiting.length} purchases were answered with 202 and never begun, such as ${first[0]}`] : [];
}
