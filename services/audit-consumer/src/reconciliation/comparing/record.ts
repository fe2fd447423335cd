import type { Contradiction, EventRecord, RecordedMessage, WrongLines } from '@box-office/records';
import type { Difference } from '../difference.js';

/** Whether the event's capacity is what its ledger adds up to, and the ledger what the totals are. Read in one snapshot. */
export function compareCapacity(record: EventRecord): Difference[] {
  const totals = record.facts.ticketTypes.reduce((sum, { total }) => sum + total, 0);
  const differences: Difference[] = [];
  if (record.totalByLedger !== totals) {
    differences.push({
      ...about(record, 'capacity_wrong', 'ledger of the totals'),
      ...{ expected: totals, found: record.totalByLedger },
      cause: 'the initial capacity and the lines of no sale do not add up to the totals of the ticket types',
      action: 'a line is to correct it',
      repair: { do: 'correct_ledger', purchaseId: null },
    });
  }
  if (record.capacity !== record.capacityByLedger) {
    differences.push({
      ...about(record, 'capacity_wrong', 'events.capacity'),
      ...{ expected: record.capacityByLedger, found: record.capacity },
      cause: 'somebody wrote the capacity without a line in the ledger',
      action: 'it is to be set to what the ledger adds up to',
      repair: { do: 'recompute_capacity' },
    });
  }
  return differences;
}

/** Whether there are messages that left no line, although none of the event's purchases is in motion over it. */
export function missingMessages(record: EventRecord, messages: readonly RecordedMessage[]): Difference[] {
  return messages.map(({ queue, messageId, body }) => ({
    ...about(record, 'missing_message', messageId),
    purchaseId: body.PurchaseId,
    expected: { queue, operation: body.Operation, occurredAt: body.OccurredAt },
    found: null,
    cause: 'the message was never published, or got lost',
    action: 'the very same message is to be published',
    about: [body.PurchaseId],
    repair: { do: 'republish', purchaseId: body.PurchaseId, messageId },
  }));
}

/** Purchases that lack a line although each of their messages has once been written: somebody removed it. */
export function removedLines(
  record: EventRecord,
  lacking: readonly WrongLines[],
  missing: readonly RecordedMessage[],
): Difference[] {
  const explained = new Set(missing.map(({ body }) => body.PurchaseId));
  return lacking
    .filter(({ purchaseId }) => !explained.has(purchaseId))
    .map(({ purchaseId, sold, cancelled, ledger, audit }) => ({
      ...about(record, 'missing_message', `removed line of ${purchaseId}`),
      purchaseId,
      expected: { sold, cancelled },
      found: { ledger, audit },
      cause: 'a line that was written is no longer there',
      action: 'a person has to find out who removed it, and verify the audit log',
      about: [purchaseId],
      repair: { do: 'hand_over' },
    }));
}

/** True while some of the purchase's lines are still to come. */
export const lacksLines = ({ sold, cancelled, ledger, audit }: WrongLines): boolean =>
  ledger.saleLines < sold.lines ||
  ledger.cancellationLines < cancelled.lines ||
  audit.sales.lines < sold.lines ||
  audit.cancellations.lines < cancelled.lines;

/** Lines that cannot be: a second one, one of nothing, one that tells something else. */
export function compareLines(record: EventRecord): Difference[] {
  return record.wrongLines
    .filter((lines) => !lacksLines(lines) && !record.underWay.has(lines.purchaseId))
    .flatMap((lines) => {
      const { purchaseId, sold, cancelled, ledger, audit } = lines;
      const common = { purchaseId, about: [purchaseId] };
      const differences: Difference[] = [];
      const change = cancelled.tickets - sold.tickets;
      if (ledger.change !== change) {
        differences.push({
          ...about(record, 'duplicate', `ledger of ${purchaseId}`),
          ...common,
          expected: { change, lines: sold.lines + cancelled.lines },
          found: { change: ledger.change, lines: ledger.saleLines + ledger.cancellationLines },
          cause: 'the ledger has a line of this purchase that is not of a sale or cancellation',
          action: 'a further line is to correct it, because none is ever removed',
          repair: { do: 'correct_ledger', purchaseId },
        });
      }
      const expected = {
        sales: { lines: sold.lines, amountMinor: sold.amountMinor },
        cancellations: { lines: cancelled.lines, amountMinor: cancelled.amountMinor },
      };
      if (JSON.stringify(expected) !== JSON.stringify(audit)) {
        differences.push({
          ...about(record, 'duplicate', `audit log of ${purchaseId}`),
          ...{ ...common, expected, found: audit },
          cause: 'the audit log tells of a sale or cancellation that was none, or tells it wrongly',
          action: 'a person has to find out who wrote the line: the audit log is never rewritten',
          repair: { do: 'hand_over' },
        });
      }
      return differences;
    });
}

const CONTRADICTIONS: Record<Contradiction['kind'], Pick<Difference, 'cause' | 'action'>> = {
  doubled_serial: {
    cause: 'several valid tickets bear this serial number, which the database should have refused',
    action: 'a person has to decide whose it is, and what the other buyers get',
  },
  serial_above_total: {
    cause: 'there is no such ticket: its serial is above the total',
    action: 'a person has to raise the total or cancel the ticket',
  },
  not_as_told: {
    cause: 'the buyer was told of other tickets than there are',
    action: 'a person has to find out who changed them, and tell the buyer',
  },
  left_pending: {
    cause: 'the purchase is over, and its ticket was left pending',
    action: 'a person has to decide whether the ticket was paid for',
  },
};

/** Where the record disagrees with itself. There is nothing else by which it could be put right. */
export function compareWithItself(record: EventRecord): Difference[] {
  return record.contradictions
    .filter(({ kind, purchaseId }) => kind === 'doubled_serial' || !record.underWay.has(purchaseId))
    .map((contradiction) => {
      const { kind, ticketType, serial, purchaseId, purchases } = contradiction;
      return {
        ...about(record, 'serial_mismatch', `${kind} ${ticketType} ${serial} ${purchaseId}`),
        ...{ ticketType, purchaseId, about: [purchaseId] },
        expected: { serial, purchases: 1 },
        found: { serial, purchases, contradiction: kind },
        ...CONTRADICTIONS[kind],
        repair: { do: 'hand_over' },
      };
    });
}

const about = (record: EventRecord, kind: Difference['kind'], subject: string) => ({
  kind,
  subject,
  eventId: record.facts.id,
  ticketType: null,
  purchaseId: null,
  about: [],
});
