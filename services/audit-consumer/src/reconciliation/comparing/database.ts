import type { Contradiction, EventRecord, InvalidAdmission, RecordedMessage, WrongLines } from '@box-office/database';
import { aboutEvent, type Discrepancy } from '../discrepancy.js';

/** Compares `events.capacity` with the ledger, and the ledger with the totals. All are of one snapshot. */
export function compareCapacity(record: EventRecord): Discrepancy[] {
  const { id, ticketTypes } = record.details;
  const totals = ticketTypes.reduce((sum, { total }) => sum + total, 0);
  const discrepancies: Discrepancy[] = [];
  if (record.totalByLedger !== totals) {
    discrepancies.push({
      ...aboutEvent(id, 'capacity_wrong', 'ledger of the totals'),
      expected: totals,
      found: record.totalByLedger,
      cause: 'the initial capacity and the ledger lines without a purchase are not the sum of the totals',
      action: 'add a ledger line that corrects the sum',
      repair: { kind: 'correct_ledger', purchaseId: null },
    });
  }
  if (record.capacity !== record.capacityByLedger) {
    discrepancies.push({
      ...aboutEvent(id, 'capacity_wrong', 'events.capacity'),
      expected: record.capacityByLedger,
      found: record.capacity,
      cause: 'events.capacity was changed without a ledger line',
      action: 'set events.capacity to the sum of the ledger',
      repair: { kind: 'recompute_capacity' },
    });
  }
  return discrepancies;
}

/** Messages that left no line, although their purchase is not in progress. */
export function missingMessages(record: EventRecord, messages: readonly RecordedMessage[]): Discrepancy[] {
  return messages.map(({ queue, messageId, body }) => ({
    ...aboutEvent(record.details.id, 'missing_message', messageId),
    purchaseId: body.PurchaseId,
    relatedIds: [body.PurchaseId],
    expected: { queue, operation: body.Operation, occurredAt: body.OccurredAt },
    found: null,
    cause: 'the message was not published, or was lost: the ledger or the audit log lacks its line',
    action: 'publish the same message again',
    repair: { kind: 'republish', purchaseId: body.PurchaseId, messageId },
  }));
}

/** Purchases that lack a line although all their messages were applied: the line was removed. */
export function removedLines(
  record: EventRecord,
  lacking: readonly WrongLines[],
  missing: readonly RecordedMessage[],
): Discrepancy[] {
  const explained = new Set(missing.map(({ body }) => body.PurchaseId));
  return lacking
    .filter(({ purchaseId }) => !explained.has(purchaseId))
    .map(({ purchaseId, sold, cancelled, ledger, audit }) => ({
      ...aboutEvent(record.details.id, 'missing_message', `removed line of ${purchaseId}`),
      purchaseId,
      relatedIds: [purchaseId],
      expected: { sold, cancelled },
      found: { ledger, audit },
      cause: 'a line of the ledger or the audit log was written and later removed',
      action: 'an operator has to find out who removed it, and verify the audit log: box-office audit verify',
      repair: { kind: 'hand_over' },
    }));
}

/** Whether the purchase has fewer lines than sales and cancellations. */
export const lacksLines = ({ sold, cancelled, ledger, audit }: WrongLines): boolean =>
  ledger.saleLines < sold.lines ||
  ledger.cancellationLines < cancelled.lines ||
  audit.sales.lines < sold.lines ||
  audit.cancellations.lines < cancelled.lines;

/** Lines that must not exist: a second one, one without a sale, one with a wrong amount. */
export const compareLines = (record: EventRecord): Discrepancy[] =>
  record.wrongLines
    .filter((lines) => !lacksLines(lines) && !record.underWay.has(lines.purchaseId))
    .flatMap((lines) => [...compareLedgerLines(record, lines), ...compareAuditLines(record, lines)]);

function compareLedgerLines({ details }: EventRecord, lines: WrongLines): Discrepancy[] {
  const { purchaseId, sold, cancelled, ledger } = lines;
  const change = cancelled.tickets - sold.tickets;
  if (ledger.change === change) return [];
  return [
    {
      ...aboutEvent(details.id, 'duplicate', `ledger of ${purchaseId}`),
      purchaseId,
      relatedIds: [purchaseId],
      expected: { change, lines: sold.lines + cancelled.lines },
      found: { change: ledger.change, lines: ledger.saleLines + ledger.cancellationLines },
      cause: 'the ledger has a line of this purchase without a sale or cancellation: the capacity is wrong',
      action: 'add a ledger line that corrects the sum; lines are never removed',
      repair: { kind: 'correct_ledger', purchaseId },
    },
  ];
}

function compareAuditLines({ details }: EventRecord, lines: WrongLines): Discrepancy[] {
  const { purchaseId, sold, cancelled, audit } = lines;
  const expected = {
    sales: { lines: sold.lines, amountMinor: sold.amountMinor },
    cancellations: { lines: cancelled.lines, amountMinor: cancelled.amountMinor },
  };
  if (JSON.stringify(expected) === JSON.stringify(audit)) return [];
  return [
    {
      ...aboutEvent(details.id, 'duplicate', `audit log of ${purchaseId}`),
      purchaseId,
      relatedIds: [purchaseId],
      expected,
      found: audit,
      cause: 'the audit log has a line without a sale or cancellation, or one with a wrong amount',
      action: 'an operator has to find out who wrote the line; the audit log is never rewritten',
      repair: { kind: 'hand_over' },
    },
  ];
}

const CONTRADICTIONS: Record<Contradiction['kind'], Pick<Discrepancy, 'cause' | 'action'>> = {
  doubled_serial: {
    cause: 'several valid tickets have this serial number, which a database constraint should have prevented',
    action: 'an operator has to decide which buyer keeps it, and refund or rebook the others',
  },
  serial_above_total: {
    cause: 'the serial number of a ticket is above the total of its ticket type: the ticket was sold above capacity',
    action: 'an operator has to raise the total or cancel the ticket',
  },
  not_as_told: {
    cause: 'the tickets of a confirmed purchase are not those that its buyer was told',
    action: 'an operator has to find out who changed them, and inform the buyer',
  },
  left_pending: {
    cause: 'the purchase has ended, and its ticket is still pending: the serial number cannot be sold',
    action: 'an operator has to find out whether the ticket is paid, then confirm or cancel it',
  },
};

/** Contradictions within PostgreSQL. No other store could resolve them, so an operator has to. */
export const compareContradictions = (record: EventRecord): Discrepancy[] =>
  record.contradictions
    .filter(({ kind, purchaseId }) => kind === 'doubled_serial' || !record.underWay.has(purchaseId))
    .map(({ kind, ticketType, serial, purchaseId, purchases }) => ({
      ...aboutEvent(record.details.id, 'serial_mismatch', `${kind} ${ticketType} ${serial} ${purchaseId}`),
      ticketType,
      purchaseId,
      relatedIds: [purchaseId],
      expected: { serial, purchases: 1 },
      found: { serial, purchases, contradiction: kind },
      ...CONTRADICTIONS[kind],
      repair: { kind: 'hand_over' },
    }));

const INVALID_ADMISSIONS: Record<InvalidAdmission['result'], string> = {
  cancelled: 'a door without a connection let somebody in with a ticket that was cancelled: its price was paid back',
  outdated: 'a door without a connection let somebody in with an old code: the ticket has changed hands',
};

/** Admissions that a door made without a connection, with tickets that were not valid. The people are in. */
export const compareAdmissions = (record: EventRecord): Discrepancy[] =>
  record.invalidAdmissions.map(({ checkInId, ticketType, purchaseId, result, ...admission }) => ({
    ...aboutEvent(record.details.id, 'invalid_admission', checkInId),
    ticketType,
    purchaseId,
    expected: { admitted: false, ticket: result },
    found: { admitted: true, ...admission },
    cause: INVALID_ADMISSIONS[result],
    action: 'an operator has to decide whether the price is asked for again, then undo the admission with the reason',
    repair: { kind: 'hand_over' },
  }));
