import type { SerialRange } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import type { EventRecord } from '@box-office/records';
import { isOurId, type Difference, type Repair } from '../difference.js';

/** Whose serials Redis has, against whose they are on record. What is in motion is passed over. */
export function compareOwners(record: EventRecord, snapshot: InventorySnapshot): Difference[] {
  const rebuild: Repair = { do: 'rebuild', seen: record.generation, cause: 'its serials are not those of the record' };
  const repairOfAll: Repair = { do: 'rebuild', seen: record.generation, cause: 'much of it differs from the record' };
  const soldInRedis = new Map(snapshot.sales.map((sale) => [sale.purchaseId, sale.items]));
  const heldInRedis = new Map(snapshot.holds.map((hold) => [hold.purchaseId, hold]));
  const sold = new Map(record.taken.sales.map((sale) => [sale.purchaseId, sale.items]));
  const held = new Map(record.taken.holds.map((hold) => [hold.purchaseId, hold.items]));
  const inMotion = (id: string): boolean => record.underWay.has(id);
  const differences: Difference[] = [];
  const add = (
    id: string,
    difference: Pick<Difference, 'kind' | 'expected' | 'found' | 'cause' | 'action' | 'repair'>,
  ): void => {
    if (inMotion(id)) return;
    const { facts } = record;
    const [purchaseId, about] = isOurId(id) ? [id, [id]] : [null, []];
    const subject = { subject: id, eventId: facts.id, ticketType: null, purchaseId, about };
    differences.push({ ...difference, ...subject, repairOfAll });
  };

  for (const [id, items] of sold) {
    const inRedis = soldInRedis.get(id);
    const expected = { sold: inWords(items) };
    if (inRedis) {
      if (inWords(inRedis) === inWords(items)) continue;
      const found = { sold: inWords(inRedis) };
      add(id, { ...OTHER_SERIALS, expected, found, repair: rebuild });
      continue;
    }
    const hold = heldInRedis.get(id);
    const repair: Repair = { do: 'confirm', purchaseId: id };
    if (hold) add(id, { ...NEVER_SETTLED, expected, found: { held: inWords(hold.items) }, repair });
    else add(id, { ...LOST, expected, found: null, repair });
  }
  for (const [id, items] of held) {
    const inRedis = heldInRedis.get(id);
    const expected = { held: inWords(items) };
    if (!inRedis) add(id, { ...LOST, expected, found: null, repair: rebuild });
    else if (inWords(inRedis.items) !== inWords(items)) {
      add(id, { ...OTHER_SERIALS, expected, found: { held: inWords(inRedis.items) }, repair: rebuild });
    }
  }
  for (const [id, items] of soldInRedis) {
    if (sold.has(id)) continue;
    add(id, { ...ORPHANED_SALE, expected: null, found: { sold: inWords(items) }, repair: rebuild });
  }
  for (const [id, { epoch, items }] of heldInRedis) {
    if (sold.has(id) || held.has(id)) continue;
    const repair: Repair = { do: 'release', owner: id, epoch };
    add(id, { ...ORPHANED_HOLD, expected: null, found: { held: inWords(items) }, repair });
  }
  return differences;
}

type Kind = Pick<Difference, 'kind' | 'cause' | 'action'>;

const LOST: Kind = {
  kind: 'lost_hold',
  cause: 'Redis does not know that these serials are taken, and may hand them out again',
  action: 'they are to be taken in Redis',
};
const NEVER_SETTLED: Kind = {
  kind: 'orphaned_hold',
  cause: 'the purchase is confirmed, and its hold never became a sale',
  action: 'the hold is to become a sale',
};
const ORPHANED_HOLD: Kind = {
  kind: 'orphaned_hold',
  cause: 'whoever took these serials is over, or unknown, and did not give them back',
  action: 'they are to be given back',
};
const ORPHANED_SALE: Kind = {
  kind: 'orphaned_hold',
  cause: 'Redis has these serials as sold, and the record has no valid ticket for them',
  action: 'the inventory is to be built anew',
};
const OTHER_SERIALS: Kind = {
  kind: 'serial_mismatch',
  cause: 'Redis has other serials for it than the record',
  action: 'the inventory is to be built anew from the record, which is what the buyer was told',
};

/** Serials as one text that depends neither on their order nor on that of the types. */
function inWords(items: readonly SerialRange[]): string {
  return items
    .flatMap(({ ticketType, serials }) =>
      serials.length === 0 ? [] : [`${ticketType} ${[...serials].sort((a, b) => a - b).join(', ')}`],
    )
    .sort()
    .join('; ');
}
