import { serialsOf, type SerialRange } from '@box-office/contract';
import type { Redis } from 'ioredis';
import { readAvailability, availabilityScript, availabilityOutcomeOf } from './availability.js';
import { inventoryKeys, keyList, type InventoryKeys } from './keys.js';
import type { InventoryAtOnce } from './outcomes.js';
import { snapshotOf } from './snapshot.js';
import { readEventReadModel, type OnUnreadable } from './stored-values.js';

/** Most reservations, sales, buyers and free serials in one read: in which Redis serves no other client for some ms. */
const MAX_AT_ONCE = 5_000;

/**
 * Reads an event's inventory and what buyers are shown of it in one transaction, so that all of it is of one moment
 * however many buy.
 *
 * @returns null if there is no inventory, if it may not be relied on, or if it is too large to be read at once
 */
export async function snapshotAtOnce(
  redis: Redis,
  eventId: string,
  onUnreadable: OnUnreadable,
): Promise<InventoryAtOnce | null> {
  const keys = inventoryKeys(eventId);
  const sizes = await redis
    .pipeline()
    .hlen(keys.reservations)
    .hlen(keys.sales)
    .hlen(keys.buyers)
    .zcard(keys.free)
    .exec();
  // A key of another type; what is read in pages tells more.
  if ((sizes ?? []).some(([error]) => error !== null)) return null;
  const entries = (sizes ?? []).reduce((sum, [, size]) => sum + Number(size), 0);
  if (entries > MAX_AT_ONCE) return null;
  // Has the script there: within a transaction there is no second attempt.
  if ((await readAvailability(redis, eventId, onUnreadable)).kind === 'unavailable') return null;
  return readAll(redis, eventId, keys, onUnreadable);
}

async function readAll(
  redis: Redis,
  eventId: string,
  keys: InventoryKeys,
  onUnreadable: OnUnreadable,
): Promise<InventoryAtOnce | null> {
  const scriptKeys = keyList(keys);
  const replies = await redis
    .multi()
    .evalsha(availabilityScript.sha, scriptKeys.length, ...scriptKeys, '')
    .mget(keys.event)
    .hgetall(keys.inventory)
    .hgetall(keys.reservations)
    .hgetall(keys.sales)
    .hgetall(keys.buyers)
    .zrange(keys.free, '0', '-1')
    .exec();
  const read = (replies ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  });
  const [availability, shown, inventory, reservations, sales, buyers, free] = read as Replies;
  const trust = availabilityOutcomeOf(eventId, availability, onUnreadable);
  if (trust.kind === 'unavailable') return null;
  const parts = {
    inventory,
    reservations: new Map(Object.entries(reservations)),
    sales: new Map(Object.entries(sales)),
    buyers: new Map(Object.entries(buyers)),
    free: byTicketType(free),
  };
  const snapshot = snapshotOf(trust, parts, onUnreadable);
  if (!snapshot) return null;
  return {
    snapshot,
    counted: trust.event,
    shown: readEventReadModel(eventId, shown[0], onUnreadable),
  };
}

type Hash = Record<string, string>;
type Replies = [
  availability: unknown,
  shown: [string | null],
  inventory: Hash,
  reservations: Hash,
  sales: Hash,
  buyers: Hash,
  free: string[],
];

/** Members are `<ticket type> NUL <serial in ten digits>`, in that order. */
function byTicketType(members: readonly string[]): SerialRange[] {
  return serialsOf(
    members.map((member) => {
      const [ticketType = '', serial = ''] = member.split('\0');
      return { ticketType, serial: Number(serial) };
    }),
  );
}
