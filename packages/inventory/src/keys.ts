import { eventKey } from '@box-office/contract';

/** The keys of one event's inventory, in the order in which every script gets them as KEYS[1] to KEYS[8]. */
export interface InventoryKeys {
  /** JSON `EventReadModel`; the key that readers outside of Box Office know. */
  readonly event: string;
  /** Hash: generation, run id, details and counters. */
  readonly inventory: string;
  /** Sorted set, all scores 0: serials that came back, as `<ticket type> NUL <serial in ten digits>`. */
  readonly free: string;
  /** Hash: purchase id → JSON reservation, of a hold or of a purchase. The name in Redis is `holds`. */
  readonly reservations: string;
  /** Hash: purchase id → JSON sale, without the tickets that were given back. */
  readonly sales: string;
  /** Hash: user id → tickets held and bought. */
  readonly buyers: string;
  /** Hash: purchase id → the epoch whose release happened, or `final`. */
  readonly tombstones: string;
  /** Sorted set: purchase id by the ms at which its tombstone was set. */
  readonly tombstoneAges: string;
}

/**
 * All of them share the cluster slot of `event:<id>`, because the braces contain exactly that key.
 *
 * @throws RangeError for an id with a brace, which would send `event:<id>` itself to another slot
 */
export function inventoryKeys(eventId: string): InventoryKeys {
  if (eventId === '' || /[{}]/.test(eventId)) throw new RangeError(`unusable event id: ${JSON.stringify(eventId)}`);
  const event = eventKey(eventId);
  const part = (name: string): string => `{${event}}:${name}`;
  return {
    event,
    inventory: part('inventory'),
    free: part('free'),
    reservations: part('holds'),
    sales: part('sales'),
    buyers: part('buyers'),
    tombstones: part('tombstones'),
    tombstoneAges: part('tombstone_ages'),
  };
}

/** KEYS of a script. */
export const keyList = (keys: InventoryKeys): string[] => [
  keys.event,
  keys.inventory,
  keys.free,
  keys.reservations,
  keys.sales,
  keys.buyers,
  keys.tombstones,
  keys.tombstoneAges,
];

/** Keys that a rebuild fills before it swaps them in; under a name of its own, so that two rebuilds never mix. */
export type StagingKeys = Pick<InventoryKeys, 'free' | 'reservations' | 'sales' | 'buyers'>;

export function stagingKeys(eventId: string, attempt: string): StagingKeys {
  const part = (name: string): string => `{${eventKey(eventId)}}:staging:${attempt}:${name}`;
  return { free: part('free'), reservations: part('holds'), sales: part('sales'), buyers: part('buyers') };
}
