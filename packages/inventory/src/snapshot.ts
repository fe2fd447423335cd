import type { SerialRange } from '@box-office/contract';
import type { Redis } from 'ioredis';
import { readAvailability } from './availability.js';
import { detailsOf, typeNames } from './event-details.js';
import { inventoryKeys } from './keys.js';
import type { InventorySnapshot, AvailabilityOutcome } from './outcomes.js';
import { parseReservation, parseSale, type OnUnreadable, type Parsed } from './stored-values.js';

/** Entries asked for in one page; Redis may answer a few more. */
const PAGE = 500;

/**
 * Reads an event's inventory in pages, never holding Redis up. What changes meanwhile may be seen before or after its
 * change, so a difference counts only if a second look still shows it. Reservations are read before sales: a purchase that is
 * confirmed in between is seen as a sale, and never missed.
 *
 * @returns null if there is no inventory
 */
export async function snapshot(
  redis: Redis,
  eventId: string,
  onUnreadable: OnUnreadable,
): Promise<InventorySnapshot | null> {
  const keys = inventoryKeys(eventId);
  /** A key of another type is as good as none. */
  const unlessOfOtherType = async <T>(key: string, read: Promise<T>, otherwise: T): Promise<T> =>
    read.catch((error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith('WRONGTYPE'))) throw error;
      onUnreadable('inventory', key, 'is of another type');
      return otherwise;
    });
  const readHash = (key: string): Promise<Map<string, string>> =>
    unlessOfOtherType(key, readPages(redis, key), new Map<string, string>());
  const trust = await readAvailability(redis, eventId, onUnreadable);
  const inventory = await unlessOfOtherType(keys.inventory, redis.hgetall(keys.inventory), {});
  const reservations = await readHash(keys.reservations);
  const sales = await readHash(keys.sales);
  const buyers = await readHash(keys.buyers);
  const free = await unlessOfOtherType(keys.free, readFree(redis, keys.free, typeNames(inventory['types'] ?? '')), []);
  return snapshotOf(trust, { inventory, reservations, sales, buyers, free }, onUnreadable);
}

/** The parts of an inventory as Redis has them. */
export interface StoredParts {
  readonly inventory: Readonly<Record<string, string>>;
  readonly reservations: ReadonlyMap<string, string>;
  readonly sales: ReadonlyMap<string, string>;
  readonly buyers: ReadonlyMap<string, string>;
  readonly free: readonly SerialRange[];
}

/** Null if there is no inventory that can be read. Of its reservations and sales those that are unreadable are left out. */
export function snapshotOf(
  trust: AvailabilityOutcome,
  parts: StoredParts,
  onUnreadable: OnUnreadable,
): InventorySnapshot | null {
  const { inventory, reservations, sales, buyers, free } = parts;
  const template = inventory['read_model'];
  if (template === undefined) return null;
  const details = detailsOf(template);
  if ('why' in details) {
    onUnreadable('inventory', 'read_model', details.why);
    return null;
  }
  const readable = <T>(entries: ReadonlyMap<string, string>, parse: (json: string) => Parsed<T>) =>
    [...entries].flatMap(([purchaseId, json]) => {
      const parsed = parse(json);
      if ('value' in parsed) return [{ purchaseId, ...parsed.value }];
      onUnreadable('inventory', purchaseId, parsed.why);
      return [];
    });
  const counter = (name: string): number => Number(inventory[name] ?? 0);
  return {
    generation: counter('generation'),
    unavailable: trust.kind === 'unavailable' ? trust.cause : null,
    details: details.value,
    ticketTypes: typeNames(inventory['types'] ?? '').map((name) => ({
      name,
      total: counter(`total:${name}`),
      next: counter(`next:${name}`),
      held: counter(`held:${name}`),
      sold: counter(`sold:${name}`),
    })),
    free,
    reservations: readable(reservations, parseReservation).filter(({ purchaseId }) => !sales.has(purchaseId)),
    sales: readable(sales, parseSale),
    buyers: new Map([...buyers].map(([userId, tickets]) => [userId, Number(tickets)])),
  };
}

/** A whole hash by HSCAN, which may show an entry twice. */
async function readPages(redis: Redis, key: string): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, flat] = await redis.hscan(key, cursor, 'COUNT', PAGE);
    for (let i = 0; i + 1 < flat.length; i += 2) entries.set(flat[i] ?? '', flat[i + 1] ?? '');
    cursor = next;
  } while (cursor !== '0');
  return entries;
}

/** Free serials, a page after the last member seen. */
async function readFree(redis: Redis, key: string, names: readonly string[]): Promise<SerialRange[]> {
  const free: SerialRange[] = [];
  for (const ticketType of names) {
    const serials: number[] = [];
    let after = `[${ticketType}\0`;
    for (;;) {
      const page = await redis.zrangebylex(key, after, `(${ticketType}\x01`, 'LIMIT', 0, PAGE);
      for (const member of page) serials.push(Number(member.slice(-10)));
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      after = `(${last}`;
    }
    if (serials.length > 0) free.push({ ticketType, serials });
  }
  return free;
}
