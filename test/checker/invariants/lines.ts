import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import {
  ticketsByPurchase,
  type AuditLine,
  type LedgerLine,
  type PurchaseOnRecord,
  type Stores,
} from '../reading/stores.js';
import type { Violation } from '../violation.js';

interface Book<Line> {
  /** Begins the names of its faults. */
  readonly name: 'ledger' | 'audit';
  readonly queue: string;
  readonly linesOf: ReadonlyMap<string, readonly Line[]>;
  /** What a line says about how much, and what it must say of a sale. */
  readonly amountOf: (line: Line) => number;
  readonly amountOfSale: (purchase: PurchaseOnRecord) => number;
}

/** Invariant 5: one line of each kind for each sale and each cancellation, saying the right thing; and none besides. */
export function checkLines(stores: Stores): Violation[] {
  const ledger: Book<LedgerLine> = {
    name: 'ledger',
    queue: CAPACITY_UPDATES_QUEUE,
    linesOf: byPurchase(stores.ledger, ({ operation }) => operation === 'purchase'),
    amountOf: ({ change }) => change,
    amountOfSale: ({ outcome }) => (outcome?.kind === 'confirmed' ? -outcome.tickets.length : 0),
  };
  const audit: Book<AuditLine> = {
    name: 'audit',
    queue: TRANSACTIONS_QUEUE,
    linesOf: byPurchase(stores.audit, ({ kind }) => kind === 'purchase'),
    amountOf: ({ amountMinor }) => amountMinor,
    amountOfSale: ({ outcome }) => (outcome?.kind === 'confirmed' ? outcome.amountMinor : 0),
  };
  return [
    ...checkSales(stores, ledger),
    ...checkSales(stores, audit),
    ...checkCancellations(stores),
    ...deadLetters(stores),
  ];
}

function checkSales<Line extends { readonly messageId: string; readonly eventId: string | null }>(
  stores: Stores,
  book: Book<Line>,
): Violation[] {
  const sales = new Map(
    stores.purchases
      .filter(({ outcome }) => outcome?.kind === 'confirmed')
      .map((purchase) => [purchase.purchaseId, purchase]),
  );
  const missing = [...sales.values()].flatMap((sale) => checkSale(sale, book));
  const unfounded = [...book.linesOf]
    .filter(([purchaseId]) => !sales.has(purchaseId))
    .map(([purchaseId, lines]): Violation => ({
      invariant: 5,
      fault: `${book.name}_line_unfounded`,
      ...(typeof lines[0]?.eventId === 'string' ? { eventId: lines[0].eventId } : {}),
      ...(purchaseId === '' ? {} : { purchaseId }),
      expected: 0,
      found: lines.length,
      text: `the ${book.name} tells of a sale that was none`,
    }));
  return [...missing, ...unfounded];
}

function checkSale<Line extends { readonly messageId: string; readonly eventId: string | null }>(
  sale: PurchaseOnRecord,
  book: Book<Line>,
): Violation[] {
  const { purchaseId, eventId } = sale;
  const where = { invariant: 5, eventId, purchaseId } as const;
  const lines = book.linesOf.get(purchaseId) ?? [];
  const [line] = lines;
  if (line === undefined || lines.length > 1) {
    const fault = line === undefined ? `${book.name}_line_missing` : `${book.name}_line_doubled`;
    const text = `a sale has ${lines.length === 0 ? 'no' : lines.length} ${book.name} lines`;
    return [{ ...where, fault, expected: 1, found: lines.length, text }];
  }
  const expected = {
    messageId: messageIdOf(book.queue, purchaseId, 'purchase'),
    eventId,
    amount: book.amountOfSale(sale),
  };
  const found = { messageId: line.messageId, eventId: line.eventId, amount: book.amountOf(line) };
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  return [
    {
      ...where,
      fault: `${book.name}_line_differs`,
      expected,
      found,
      text: `the ${book.name} line of a sale says something else`,
    },
  ];
}

/**
 * What was cancelled of each purchase, in tickets and in money, is what its cancellation lines add up to; and both
 * books have as many of them.
 */
function checkCancellations(stores: Stores): Violation[] {
  const cancelled = ticketsByPurchase(stores, ['cancelled']);
  const ledger = byPurchase(stores.ledger, ({ operation }) => operation === 'cancel');
  const audit = byPurchase(stores.audit, ({ kind }) => kind === 'cancel');
  const eventOf = new Map(stores.purchases.map(({ purchaseId, eventId }) => [purchaseId, eventId]));
  return [...new Set([...cancelled.keys(), ...ledger.keys(), ...audit.keys()])].flatMap((purchaseId): Violation[] => {
    const tickets = cancelled.get(purchaseId) ?? [];
    const [changes, amounts] = [ledger.get(purchaseId) ?? [], audit.get(purchaseId) ?? []];
    const expected = {
      tickets: tickets.length,
      refundedMinor: tickets.reduce((sum, ticket) => sum + ticket.priceMinor, 0),
      lines: [changes.length, changes.length],
    };
    const found = {
      tickets: changes.reduce((sum, line) => sum + line.change, 0),
      refundedMinor: amounts.reduce((sum, line) => sum + line.amountMinor, 0),
      lines: [changes.length, amounts.length],
    };
    if (JSON.stringify(expected) === JSON.stringify(found)) return [];
    const eventId = eventOf.get(purchaseId);
    return [
      {
        invariant: 5,
        fault: 'cancellation_lines_differ',
        ...(eventId === undefined ? {} : { eventId }),
        purchaseId,
        expected,
        found,
        text: 'ledger and audit log do not tell of what was cancelled',
      },
    ];
  });
}

/** A dead letter is a line that will never be written unless somebody comes. */
function deadLetters(stores: Stores): Violation[] {
  return stores.queues
    .filter(({ purpose, ready }) => purpose === 'dead letters' && (ready ?? 0) > 0)
    .map(({ name, ready }) => ({
      invariant: 5,
      fault: 'dead_letter',
      expected: 0,
      found: ready,
      text: `messages lie in ${name}`,
    }));
}

function byPurchase<Line extends { readonly purchaseId: string | null }>(
  lines: readonly Line[],
  isMeant: (line: Line) => boolean,
): ReadonlyMap<string, readonly Line[]> {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    if (!isMeant(line)) continue;
    const purchaseId = line.purchaseId ?? '';
    const known = found.get(purchaseId);
    if (known) known.push(line);
    else found.set(purchaseId, [line]);
  }
  return found;
}
