import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import type { AuditLine, CancellationOnRecord, LedgerLine, PurchaseOnRecord, Stores } from '../reading/stores.js';
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

/** Each cancellation that cancelled tickets has its two lines; and there are no other lines of cancellations. */
function checkCancellations(stores: Stores): Violation[] {
  const tickets = new Map<string, number>();
  for (const { cancellationId, status } of stores.tickets) {
    if (cancellationId === null || status !== 'cancelled') continue;
    tickets.set(cancellationId, (tickets.get(cancellationId) ?? 0) + 1);
  }
  const books = [
    {
      name: 'ledger',
      queue: CAPACITY_UPDATES_QUEUE,
      lines: stores.ledger
        .filter(({ operation }) => operation === 'cancel')
        .map(({ messageId, change }) => [messageId, change] as const),
      amountOf: ({ cancellationId }: CancellationOnRecord) => tickets.get(cancellationId) ?? 0,
    },
    {
      name: 'audit',
      queue: TRANSACTIONS_QUEUE,
      lines: stores.audit
        .filter(({ kind }) => kind === 'cancel')
        .map(({ messageId, amountMinor }) => [messageId, amountMinor] as const),
      amountOf: ({ amountMinor }: CancellationOnRecord) => amountMinor,
    },
  ];
  const made = stores.cancellations.filter(({ cancellationId }) => tickets.has(cancellationId));
  return books.flatMap(({ name, queue, lines, amountOf }): Violation[] => {
    const byMessage = new Map(lines);
    const differing = made.flatMap((cancellation): Violation[] => {
      const { cancellationId, purchaseId, eventId } = cancellation;
      const messageId = messageIdOf(queue, purchaseId, 'cancel', cancellationId);
      const [expected, found] = [amountOf(cancellation), byMessage.get(messageId) ?? null];
      byMessage.delete(messageId);
      if (expected === found) return [];
      const fault = found === null ? `${name}_line_missing` : `${name}_line_differs`;
      const text = `the ${name} does not tell rightly of cancellation ${cancellationId}`;
      return [{ invariant: 5, fault, eventId, purchaseId, expected, found, text }];
    });
    const unfounded = [...byMessage].map(([messageId, amount]): Violation => {
      const text = `the ${name} tells of a cancellation that was none, message ${messageId}`;
      return { invariant: 5, fault: `${name}_line_unfounded`, expected: 'no line', found: amount, text };
    });
    return [...differing, ...unfounded];
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
