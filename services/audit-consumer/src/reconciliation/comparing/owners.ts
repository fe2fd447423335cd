import { isUuid, type SerialRange } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import type { EventRecord } from '@box-office/database';
import { aboutEvent, type Discrepancy, type Repair } from '../discrepancy.js';

type OwnerDiscrepancy = Pick<Discrepancy, 'kind' | 'expected' | 'found' | 'cause' | 'action' | 'repair'>;

/** Compares the owners of serials in Redis with those in PostgreSQL. Owners in progress are skipped. */
export function compareOwners(record: EventRecord, snapshot: InventorySnapshot): Discrepancy[] {
  const { details, generation, underWay } = record;
  const bulkRepair: Repair = { kind: 'rebuild_inventory', seen: generation, cause: 'many serials had wrong owners' };
  const inRedis = ownersIn(snapshot);
  const discrepancies = [
    ...compareSales(record, inRedis),
    ...compareReservations(record, inRedis),
    ...findOrphans(record, snapshot),
  ];
  return discrepancies
    .filter(([id]) => !underWay.has(id))
    .map(([id, discrepancy]) => ({
      ...aboutEvent(details.id, discrepancy.kind, id),
      ...(isUuid(id) && { purchaseId: id, relatedIds: [id] }),
      ...discrepancy,
      bulkRepair,
    }));
}

type OfOwner = readonly [id: string, discrepancy: OwnerDiscrepancy];
type OwnersInRedis = ReturnType<typeof ownersIn>;

/** Sales of PostgreSQL that Redis does not have, or has otherwise. */
function compareSales(record: EventRecord, inRedis: OwnersInRedis): OfOwner[] {
  return record.taken.sales.flatMap(({ purchaseId: id, items }): OfOwner[] => {
    const expected = { sold: formatSerials(items) };
    const sale = inRedis.sales.get(id);
    if (sale) {
      const found = { sold: formatSerials(sale) };
      if (found.sold === expected.sold) return [];
      return [[id, { ...OTHER_SERIALS, expected, found, repair: rebuildOf(record) }]];
    }
    const repair: Repair = { kind: 'confirm_sale', purchaseId: id };
    const reservation = inRedis.reservations.get(id);
    if (!reservation) return [[id, { ...LOST_SALE, expected, found: null, repair }]];
    return [[id, { ...UNSETTLED_HOLD, expected, found: { held: formatSerials(reservation.items) }, repair }]];
  });
}

/** Reservations of PostgreSQL that Redis does not have, or has otherwise. */
function compareReservations(record: EventRecord, inRedis: OwnersInRedis): OfOwner[] {
  const repair = rebuildOf(record);
  return record.taken.reservations.flatMap(({ purchaseId: id, items }): OfOwner[] => {
    const expected = { held: formatSerials(items) };
    const reservation = inRedis.reservations.get(id);
    if (!reservation) return [[id, { ...LOST_HOLD, expected, found: null, repair }]];
    const found = { held: formatSerials(reservation.items) };
    return found.held === expected.held ? [] : [[id, { ...OTHER_SERIALS, expected, found, repair }]];
  });
}

/** Sales and reservations of Redis that PostgreSQL does not have. */
function findOrphans(record: EventRecord, snapshot: InventorySnapshot): OfOwner[] {
  const sold = new Set(record.taken.sales.map(({ purchaseId }) => purchaseId));
  const held = new Set(record.taken.reservations.map(({ purchaseId }) => purchaseId));
  const sales = snapshot.sales
    .filter(({ purchaseId }) => !sold.has(purchaseId))
    .map(({ purchaseId: id, items }): OfOwner => {
      const found = { sold: formatSerials(items) };
      return [id, { ...ORPHANED_SALE, expected: null, found, repair: rebuildOf(record) }];
    });
  const reservations = snapshot.reservations
    .filter(({ purchaseId }) => !sold.has(purchaseId) && !held.has(purchaseId))
    .map(({ purchaseId: id, epoch, items }): OfOwner => {
      const repair: Repair = { kind: 'release', owner: id, epoch };
      return [id, { ...ORPHANED_HOLD, expected: null, found: { held: formatSerials(items) }, repair }];
    });
  return [...sales, ...reservations];
}

const ownersIn = ({ sales, reservations }: InventorySnapshot) => ({
  sales: new Map(sales.map(({ purchaseId, items }) => [purchaseId, items])),
  reservations: new Map(reservations.map((reservation) => [reservation.purchaseId, reservation])),
});

const rebuildOf = ({ generation }: EventRecord): Repair => ({
  kind: 'rebuild_inventory',
  seen: generation,
  cause: 'its serials differed from PostgreSQL',
});

type Description = Pick<Discrepancy, 'kind' | 'cause' | 'action'>;

const LOST = {
  kind: 'lost_hold',
  cause: 'PostgreSQL has these serials as taken, Redis does not: they can be reserved a second time',
} as const;
const LOST_SALE: Description = { ...LOST, action: 'record the sale in Redis' };
const LOST_HOLD: Description = { ...LOST, action: 'rebuild the inventory from PostgreSQL' };
const UNSETTLED_HOLD: Description = {
  kind: 'orphaned_hold',
  cause: 'the purchase is confirmed, and Redis still has its serials as held, not as sold',
  action: 'record the sale in Redis',
};
const ORPHANED_HOLD: Description = {
  kind: 'orphaned_hold',
  cause: 'the owner of these serials has ended or is unknown, and did not release them: they cannot be sold',
  action: 'release the serials',
};
const ORPHANED_SALE: Description = {
  kind: 'orphaned_hold',
  cause: 'Redis has these serials as sold, PostgreSQL has no valid ticket for them: they cannot be sold',
  action: 'rebuild the inventory from PostgreSQL',
};
const OTHER_SERIALS: Description = {
  kind: 'serial_mismatch',
  cause: 'Redis has other serials for this owner than PostgreSQL',
  action: 'rebuild the inventory from PostgreSQL, which has the serials that the buyer was told',
};

/** Serials as one text, independent of their order and of the order of ticket types. */
function formatSerials(items: readonly SerialRange[]): string {
  return items
    .flatMap(({ ticketType, serials }) =>
      serials.length === 0 ? [] : [`${ticketType} ${[...serials].sort((a, b) => a - b).join(', ')}`],
    )
    .sort()
    .join('; ');
}
