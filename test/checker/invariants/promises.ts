import { callsTo, type Call } from '../calls.js';
import { listSeats, formatSeats, ticketsByPurchase, validTicketsByPurchase, type Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';
import { callsByPurchase, isRefusedWithoutWorkflow } from './outcomes.js';

/**
 * Invariant 7: tickets, refunds and holds that were answered to a buyer are in PostgreSQL, and a buyer who was refused
 * has none.
 */
export function checkPromises(
  stores: Stores,
  calls: readonly Call[],
  o: { readonly redisLostData: boolean },
): { readonly violations: Violation[]; readonly notes: string[] } {
  return {
    violations: [
      ...lostTickets(stores),
      ...brokenSales(stores, calls, o),
      ...brokenCancellations(stores, calls),
      ...brokenHolds(stores, calls, o),
    ],
    notes: neverStarted(stores, calls),
  };
}

/** Each confirmed purchase has exactly the tickets of its outcome, valid or cancelled since. */
function lostTickets(stores: Stores): Violation[] {
  const sold = ticketsByPurchase(stores, ['valid', 'cancelled']);
  return stores.purchases.flatMap(({ purchaseId, eventId, outcome }): Violation[] => {
    const expected = outcome?.kind === 'confirmed' ? formatSeats(outcome.tickets) : '';
    const found = formatSeats(sold.get(purchaseId) ?? []);
    if (expected === found) return [];
    const where = { invariant: 7, eventId, purchaseId, expected, found } as const;
    return expected === ''
      ? [{ ...where, fault: 'ticket_without_sale', text: 'a purchase that was not confirmed has tickets' }]
      : [{ ...where, fault: 'ticket_lost', text: 'the tickets in PostgreSQL are not those of the outcome' }];
  });
}

function brokenSales(stores: Stores, calls: readonly Call[], o: { readonly redisLostData: boolean }): Violation[] {
  const rows = new Map(stores.purchases.map((purchase) => [purchase.purchaseId, purchase]));
  const sold = ticketsByPurchase(stores, ['valid', 'cancelled']);
  const valid = validTicketsByPurchase(stores);
  const bought = callsTo(calls, 'buy').flatMap((call): Violation[] => {
    const { purchaseId, eventId, answer } = call;
    const where = { invariant: 7, eventId, purchaseId } as const;
    if (answer.kind === 'ok') {
      const expected = `${answer.transactionId}: ${formatSeats(answer.tickets)}`;
      const row = rows.get(purchaseId);
      const found = row ? `${row.transactionId}: ${formatSeats(sold.get(purchaseId) ?? [])}` : 'no such purchase';
      const text = 'a buyer was answered with tickets that PostgreSQL does not have';
      return expected === found ? [] : [{ ...where, fault: 'sale_not_on_record', expected, found, text }];
    }
    const found = formatSeats(valid.get(purchaseId) ?? []);
    if (answer.kind !== 'refused' || found === '') return [];
    if (o.redisLostData && isRefusedWithoutWorkflow(call)) return [];
    const text = 'a buyer who was refused has tickets';
    return [{ ...where, fault: 'refused_with_tickets', expected: 'no tickets', found, text }];
  });
  const read = callsTo(calls, 'read').flatMap(({ purchaseId, answer }): Violation[] => {
    if (answer.kind !== 'ok') return [];
    const known = new Set((sold.get(purchaseId) ?? []).map(({ ticketId }) => ticketId));
    const unknown = answer.tickets.filter(({ ticketId }) => !known.has(ticketId));
    const where = { invariant: 7, fault: 'sale_not_on_record', purchaseId, expected: [...known] } as const;
    if (rows.get(purchaseId)?.outcome?.kind === 'confirmed' && unknown.length === 0) return [];
    const text = 'a buyer was shown tickets that PostgreSQL does not have';
    return [{ ...where, found: formatSeats(answer.tickets), text }];
  });
  return [...bought, ...read];
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
    const expected = `cancelled ${formatSeats(tickets)}, ${refundedMinor} refunded`;
    const found = row ? `${row.status} ${formatSeats(cancelled)}, ${row.amountMinor} refunded` : 'no such cancellation';
    if (expected === found) return [];
    const text = 'a buyer was answered with a cancellation that PostgreSQL does not have';
    return [{ invariant: 7, fault: 'cancellation_not_on_record', purchaseId, expected, found, text }];
  });
}

function brokenHolds(stores: Stores, calls: readonly Call[], o: { readonly redisLostData: boolean }): Violation[] {
  const rows = new Map(stores.holds.map((hold) => [hold.holdId, hold]));
  const held = callsTo(calls, 'hold').flatMap((call): Violation[] => {
    const { holdId, eventId, answer } = call;
    const where = { invariant: 7, eventId } as const;
    const row = rows.get(holdId);
    const found = row ? formatSeats(listSeats(row.items)) : 'no such hold';
    if (answer.kind === 'ok') {
      const expected = formatSeats(listSeats(answer.items));
      const text = `a buyer was answered with hold ${holdId}, which PostgreSQL does not have`;
      return expected === found ? [] : [{ ...where, fault: 'hold_not_on_record', expected, found, text }];
    }
    if (answer.kind !== 'refused' || row === undefined || row.status === 'refused') return [];
    if (o.redisLostData && isRefusedWithoutWorkflow(call)) return [];
    const text = `a buyer was refused hold ${holdId} and has it`;
    return [{ ...where, fault: 'refused_with_hold', expected: 'no hold', found, text }];
  });
  const released = callsTo(calls, 'release').flatMap(({ holdId, answer }): Violation[] => {
    const found = rows.get(holdId)?.status ?? 'no such hold';
    if (answer.kind !== 'ok' || answer.ended === found) return [];
    const text = `a buyer was answered that hold ${holdId} has ended`;
    return [{ invariant: 7, fault: 'release_not_on_record', expected: answer.ended, found, text }];
  });
  return [...held, ...released];
}

/** Answered with 202 and never started: harmless, but the buyer has to repeat the request. */
function neverStarted(stores: Stores, calls: readonly Call[]): string[] {
  const known = new Set(stores.purchases.map(({ purchaseId }) => purchaseId));
  const waiting = [...callsByPurchase(calls)].filter(
    ([purchaseId, ofPurchase]) =>
      !known.has(purchaseId) &&
      ofPurchase.some(({ answer }) => answer.kind === 'open') &&
      ofPurchase.every(({ answer }) => answer.kind !== 'ok' && answer.kind !== 'refused'),
  );
  const [first] = waiting;
  return first ? [`${waiting.length} purchases were answered with 202 and never started, such as ${first[0]}`] : [];
}
