import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import type { AuditLine, CancellationRow, LedgerLine, PurchaseRow, Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/** One of the two tables in which the audit consumer writes one line for each sale. */
interface LineTable<Line> {
  /** Prefix of its fault names. */
  readonly name: 'ledger' | 'audit';
  readonly queue: string;
  readonly linesOf: ReadonlyMap<string, readonly Line[]>;
  /** The amount in a line, and the amount that the line of a sale must have. */
  readonly amountOf: (line: Line) => number;
  readonly amountOfSale: (purchase: PurchaseRow) => number;
}

/** Invariant 5: each sale and each cancellation has one correct line in each table, and there are no other lines. */
export function checkLines(stores: Stores): Violation[] {
  const ledger: LineTable<LedgerLine> = {
    name: 'ledger',
    queue: CAPACITY_UPDATES_QUEUE,
    linesOf: byPurchase(stores.ledger, ({ operation }) => operation === 'purchase'),
    amountOf: ({ change }) => change,
    amountOfSale: ({ outcome }) => (outcome?.kind === 'confirmed' ? -outcome.tickets.length : 0),
  };
  const audit: LineTable<AuditLine> = {
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
  table: LineTable<Line>,
): Violation[] {
  const sales = new Map(
    stores.purchases
      .filter(({ outcome }) => outcome?.kind === 'confirmed')
      .map((purchase) => [purchase.purchaseId, purchase]),
  );
  const missing = [...sales.values()].flatMap((sale) => checkSale(sale, table));
  const unfounded = [...table.linesOf]
    .filter(([purchaseId]) => !sales.has(purchaseId))
    .map(([purchaseId, lines]): Violation => ({
      invariant: 5,
      fault: `${table.name}_line_unfounded`,
      ...(typeof lines[0]?.eventId === 'string' ? { eventId: lines[0].eventId } : {}),
      ...(purchaseId === '' ? {} : { purchaseId }),
      expected: 0,
      found: lines.length,
      text: `the ${table.name} has a line without a sale`,
    }));
  return [...missing, ...unfounded];
}

function checkSale<Line extends { readonly messageId: string; readonly eventId: string | null }>(
  sale: PurchaseRow,
  table: LineTable<Line>,
): Violation[] {
  const { purchaseId, eventId } = sale;
  const where = { invariant: 5, eventId, purchaseId } as const;
  const lines = table.linesOf.get(purchaseId) ?? [];
  const [line] = lines;
  if (line === undefined || lines.length > 1) {
    const fault = line === undefined ? `${table.name}_line_missing` : `${table.name}_line_doubled`;
    const text = `a sale has ${lines.length === 0 ? 'no' : lines.length} ${table.name} lines`;
    return [{ ...where, fault, expected: 1, found: lines.length, text }];
  }
  const expected = {
    messageId: messageIdOf(table.queue, purchaseId, 'purchase'),
    eventId,
    amount: table.amountOfSale(sale),
  };
  const found = { messageId: line.messageId, eventId: line.eventId, amount: table.amountOf(line) };
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  return [
    {
      ...where,
      fault: `${table.name}_line_differs`,
      expected,
      found,
      text: `the ${table.name} line of a sale differs from the sale`,
    },
  ];
}

/** Each cancellation that cancelled tickets has its two lines, and there are no other lines of cancellations. */
function checkCancellations(stores: Stores): Violation[] {
  const tickets = new Map<string, number>();
  for (const { cancellationId, status } of stores.tickets) {
    if (cancellationId === null || status !== 'cancelled') continue;
    tickets.set(cancellationId, (tickets.get(cancellationId) ?? 0) + 1);
  }
  const tables = [
    {
      name: 'ledger',
      queue: CAPACITY_UPDATES_QUEUE,
      lines: stores.ledger
        .filter(({ operation }) => operation === 'cancel')
        .map(({ messageId, change }) => [messageId, change] as const),
      amountOf: ({ cancellationId }: CancellationRow) => tickets.get(cancellationId) ?? 0,
    },
    {
      name: 'audit',
      queue: TRANSACTIONS_QUEUE,
      lines: stores.audit
        .filter(({ kind }) => kind === 'cancel')
        .map(({ messageId, amountMinor }) => [messageId, amountMinor] as const),
      amountOf: ({ amountMinor }: CancellationRow) => amountMinor,
    },
  ];
  const effective = stores.cancellations.filter(({ cancellationId }) => tickets.has(cancellationId));
  return tables.flatMap(({ name, queue, lines, amountOf }): Violation[] => {
    const byMessage = new Map(lines);
    const differing = effective.flatMap((cancellation): Violation[] => {
      const { cancellationId, purchaseId, eventId } = cancellation;
      const messageId = messageIdOf(queue, purchaseId, 'cancel', cancellationId);
      const [expected, found] = [amountOf(cancellation), byMessage.get(messageId) ?? null];
      byMessage.delete(messageId);
      if (expected === found) return [];
      const fault = found === null ? `${name}_line_missing` : `${name}_line_differs`;
      const text = `the ${name} line of cancellation ${cancellationId} is missing or wrong`;
      return [{ invariant: 5, fault, eventId, purchaseId, expected, found, text }];
    });
    const unfounded = [...byMessage].map(([messageId, amount]): Violation => {
      const text = `the ${name} has a line without a cancellation, message ${messageId}`;
      return { invariant: 5, fault: `${name}_line_unfounded`, expected: 'no line', found: amount, text };
    });
    return [...differing, ...unfounded];
  });
}

/** A dead letter is a line that is not written until an operator replays it. */
function deadLetters(stores: Stores): Violation[] {
  return stores.queues
    .filter(({ purpose, ready }) => purpose === 'dead letters' && (ready ?? 0) > 0)
    .map(({ name, ready }) => ({
      invariant: 5,
      fault: 'dead_letter',
      expected: 0,
      found: ready,
      text: `there are messages in ${name}`,
    }));
}

function byPurchase<Line extends { readonly purchaseId: string | null }>(
  lines: readonly Line[],
  isIncluded: (line: Line) => boolean,
): ReadonlyMap<string, readonly Line[]> {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    if (!isIncluded(line)) continue;
    const purchaseId = line.purchaseId ?? '';
    const known = found.get(purchaseId);
    if (known) known.push(line);
    else found.set(purchaseId, [line]);
  }
  return found;
}
