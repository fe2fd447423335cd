import { callsTo, type Call } from '../calls.js';
import { seatsIn, seatsOf, ticketsByPurchase, validTicketsByPurchase, type Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';
import { callsByPurchase, isRefusedWithoutWorkflow } from './outcomes.js';

/** Invariant 7: whoever was told of tickets, a refund or a hold has it on record, and whoever was told of none has none. */
export function checkPromises(
  stores: Stores,
  calls: readonly Call[],
  o: { readonly redisForgot: boolean },
): { readonly violations: Violation[]; readonly notes: string[] } {
  return {
    violations: [
      ...lostTickets(stores),
      ...brokenSales(stores, calls, o),
      ...brokenCancellations(stores, calls),
      ...brokenHolds(stores, calls),
    ],
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

function brokenSales(stores: Stores, calls: readonly Call[], o: { readonly redisForgot: boolean }): Violation[] {
  const rows = new Map(stores.purchases.map((purchase) => [purchase.purchaseId, purchase]));
  const sold = ticketsByPurchase(stores, ['valid', 'cancelled']);
  const valid = validTicketsByPurchase(stores);
  const asked = callsTo(calls, 'buy').flatMap((call): Violation[] => {
    const { purchaseId, eventId, answer } = call;
    const where = { invariant: 7, eventId, purchaseId } as const;
    if (answer.kind === 'ok') {
      const expected = `${answer.transactionId}: ${seatsOf(answer.tickets)}`;
      const row = rows.get(purchaseId);
      const found = row ? `${row.transactionId}: ${seatsOf(sold.get(purchaseId) ?? [])}` : 'no such purchase';
      const text = 'a buyer was told of tickets that are not there';
      return expected === found ? [] : [{ ...where, fault: 'sale_not_on_record', expected, found, text }];
    }
    const found = seatsOf(valid.get(purchaseId) ?? []);
    if (answer.kind !== 'refused' || found === '') return [];
    if (o.redisForgot && isRefusedWithoutWorkflow(call)) return [];
    const text = 'a buyer who was refused has tickets';
    return [{ ...where, fault: 'refused_with_tickets', expected: 'no tickets', found, text }];
  });
  const looked = callsTo(calls, 'look').flatMap(({ purchaseId, answer }): Violation[] => {
    if (answer.kind !== 'ok') return [];
    const known = new Set((sold.get(purchaseId) ?? []).map(({ ticketId }) => ticketId));
    const strange = answer.tickets.filter(({ ticketId }) => !known.has(ticketId));
    const where = { invariant: 7, fault: 'sale_not_on_record', purchaseId, expected: [...known] } as const;
    if (rows.get(purchaseId)?.outcome?.kind === 'confirmed' && strange.length === 0) return [];
    return [{ ...where, found: seatsOf(answer.tickets), text: 'a buyer was shown tickets that are not there' }];
  });
  return [...asked, ...looked];
}

function brokenCancellations(stores: Stores, calls: readonly Call[]): Violation[] {
  const rows = new Map(stores.cancellations.map((row) => [row.cancellationId, row]));
  return callsTo(calls, 'cancel').flatMap(({ purchaseId, answer }): Violation[] => {
    if (answer.kind !== 'ok') return [];
    const { cancellationId, tickets, refundedMinor } = answer;
    const row = rows.get(cancellationId);
    const cancelled = stores.tickets.filter(
      (ticket) => ticket.cancellationId === cancellationId && ticket.status === 'cancelled',
    );
    const expected = `cancelled ${seatsOf(tickets)}, ${refundedMinor} refunded`;
    const found = row ? `${row.status} ${seatsOf(cancelled)}, ${row.amountMinor} refunded` : 'no such cancellation';
    if (expected === found) return [];
    const text = 'a buyer was told of a cancellation that is not there';
    return [{ invariant: 7, fault: 'cancellation_not_on_record', purchaseId, expected, found, text }];
  });
}

function brokenHolds(stores: Stores, calls: readonly Call[]): Violation[] {
  const rows = new Map(stores.holds.map((hold) => [hold.holdId, hold]));
  const held = callsTo(calls, 'hold').flatMap(({ holdId, eventId, answer }): Violation[] => {
    const where = { invariant: 7, eventId } as const;
    const row = rows.get(holdId);
    const found = row ? seatsOf(seatsIn(row.items)) : 'no such hold';
    if (answer.kind === 'ok') {
      const expected = seatsOf(seatsIn(answer.items));
      const text = `a buyer was told of hold ${holdId}, which is not there`;
      return expected === found ? [] : [{ ...where, fault: 'hold_not_on_record', expected, found, text }];
    }
    if (answer.kind !== 'refused' || row === undefined || row.status === 'refused') return [];
    const text = `a buyer was refused hold ${holdId} and has it`;
    return [{ ...where, fault: 'refused_with_hold', expected: 'no hold', found, text }];
  });
  const released = callsTo(calls, 'release').flatMap(({ holdId, answer }): Violation[] => {
    const found = rows.get(holdId)?.status ?? 'no such hold';
    if (answer.kind !== 'ok' || answer.ended === found) return [];
    const text = `a buyer was told that hold ${holdId} is over`;
    return [{ invariant: 7, fault: 'release_not_on_record', expected: answer.ended, found, text }];
  });
  return [...held, ...released];
}

/** Told that it goes on, and nobody ever began: no harm, but the buyer has to ask again. */
function neverBegun(stores: Stores, calls: readonly Call[]): string[] {
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
