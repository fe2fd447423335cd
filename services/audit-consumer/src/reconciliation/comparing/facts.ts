import { isDeepStrictEqual } from 'node:util';
import { eventKey, type EventFacts } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import type { EventRecord } from '@box-office/records';
import type { Difference } from '../difference.js';

/** Whether the inventory may be used at all. */
export function compareUse(record: EventRecord, snapshot: InventorySnapshot | null): Difference[] {
  const usable = snapshot?.unavailable === null && snapshot.generation === record.generation;
  if (usable) return [];
  const found = { generation: snapshot?.generation ?? null, unavailable: snapshot ? snapshot.unavailable : 'missing' };
  return [
    {
      ...about(record, 'capacity_wrong', 'inventory'),
      expected: { generation: record.generation, unavailable: null },
      found,
      cause: CAUSES[found.unavailable ?? 'generation'],
      action: 'it is to be built anew',
      repair: {
        do: 'rebuild',
        seen: record.generation,
        cause: `it was ${found.unavailable ?? 'of another generation'}`,
      },
    },
  ];
}

const CAUSES = {
  missing: 'Redis has lost the inventory of the event, or a part of it',
  restarted: 'Redis was restarted, and may have lost or restored anything',
  generation: 'Redis has the inventory of another generation than the record',
};

/** What Redis says of the event apart from its serials: totals, prices, times, status. */
export function compareFacts(record: EventRecord, snapshot: InventorySnapshot): Difference[] {
  const { facts } = record;
  const totals = facts.ticketTypes.flatMap(({ name, total }): Difference[] => {
    const stock = snapshot.ticketTypes.find((type) => type.name === name);
    if (stock?.total === total) return [];
    return [
      {
        ...about(record, 'capacity_wrong', `total of ${name}`),
        ...{ ticketType: name, expected: total, found: stock?.total ?? null },
        cause: 'Redis has another total than the record',
        action: 'the total of the record is to be written',
        repair: { do: 'write_facts' },
      },
    ];
  });
  const [expected, found] = [comparable(facts), comparable(snapshot.facts)];
  if (totals.length > 0 || isDeepStrictEqual(expected, found)) return totals;
  return [
    {
      ...about(record, 'wrong_read_model', `facts of ${eventKey(facts.id)}`),
      ...{ expected, found },
      cause: 'Redis has other facts of the event than the record',
      action: 'those of the record are to be written',
      repair: { do: 'write_facts' },
    },
  ];
}

/** Facts of before a field was introduced lack it. */
const comparable = (facts: EventFacts): EventFacts => ({
  ...facts,
  cancellableUntil: facts.cancellableUntil ?? null,
});

const about = (record: EventRecord, kind: Difference['kind'], subject: string) => ({
  kind,
  subject,
  eventId: record.facts.id,
  ticketType: null,
  purchaseId: null,
  about: [],
});
