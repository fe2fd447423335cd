import { isDeepStrictEqual } from 'node:util';
import { eventKey, type EventDetails } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import type { EventRecord } from '@box-office/database';
import { aboutEvent, type Discrepancy } from '../discrepancy.js';

/** Whether the inventory in Redis is usable: complete, of the running Redis process, and of the current generation. */
export function compareUsability(record: EventRecord, snapshot: InventorySnapshot | null): Discrepancy[] {
  const isUsable = snapshot?.unavailable === null && snapshot.generation === record.generation;
  if (isUsable) return [];
  const found = { generation: snapshot?.generation ?? null, unavailable: snapshot ? snapshot.unavailable : 'missing' };
  return [
    {
      ...aboutEvent(record.details.id, 'capacity_wrong', 'inventory'),
      expected: { generation: record.generation, unavailable: null },
      found,
      cause: CAUSES[found.unavailable ?? 'generation'],
      action: 'rebuild the inventory from PostgreSQL',
      repair: {
        kind: 'rebuild_inventory',
        seen: record.generation,
        cause: `the inventory was ${found.unavailable ?? 'of another generation'}`,
      },
    },
  ];
}

const CAUSES = {
  missing: 'the inventory of the event, or a part of it, is missing in Redis: nothing is sold until it is rebuilt',
  restarted: 'Redis was restarted and may have lost data: nothing is sold until the inventory is rebuilt',
  generation: 'the inventory in Redis is of another generation than in PostgreSQL',
};

/** Compares the event's details in Redis: totals, prices, times, status. */
export function compareDetails(record: EventRecord, snapshot: InventorySnapshot): Discrepancy[] {
  const { details } = record;
  const totals = details.ticketTypes.flatMap(({ name, total }): Discrepancy[] => {
    const stock = snapshot.ticketTypes.find((type) => type.name === name);
    if (stock?.total === total) return [];
    return [
      {
        ...aboutEvent(details.id, 'capacity_wrong', `total of ${name}`),
        ticketType: name,
        expected: total,
        found: stock?.total ?? null,
        cause: 'the total in Redis differs from PostgreSQL: too few or too many tickets are on sale',
        action: 'write the total of PostgreSQL to Redis',
        repair: { kind: 'publish_details' },
      },
    ];
  });
  const [expected, found] = [comparable(details), comparable(snapshot.details)];
  if (totals.length > 0 || isDeepStrictEqual(expected, found)) return totals;
  return [
    {
      ...aboutEvent(details.id, 'wrong_read_model', `details of ${eventKey(details.id)}`),
      expected,
      found,
      cause: 'the event details in Redis differ from PostgreSQL: buyers see wrong details',
      action: 'write the details of PostgreSQL to Redis',
      repair: { kind: 'publish_details' },
    },
  ];
}

/** Details that were written before a field existed lack it. */
const comparable = (details: EventDetails): EventDetails => ({
  ...details,
  cancellableUntil: details.cancellableUntil ?? null,
});
