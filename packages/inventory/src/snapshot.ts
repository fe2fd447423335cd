import type { SerialRange } from '@box-office/contract';
import { look } from './availability.js';
import { factsOf, typeNames } from './facts.js';
import { inventoryKeys } from './keys.js';
import type { HoldInRedis, InventorySnapshot, LookOutcome, SoldPurchase } from './outcomes.js';
import type { RedisClient } from './script.js';

/** Entries asked for in one page; Redis may answer a few more. */
const PAGE = 500;

/**
 * Reads an event's inventory in pages, never holding Redis up. What changes meanwhile may be seen before or after its
 * change, so a difference counts only if a second look still shows it. Holds are read before sales: a purchase that is
 * confirmed in between is seen as a sale, and never missed.
 *
 * @returns null if there is no inventory
 */
export async function snapshot(redis: RedisClient, eventId: string): Promise<InventorySnapshot | null> {
  const keys = inventoryKeys(eventId);
  const trust = await look(redis, eventId);
  const inventory = await redis.hgetall(keys.inventory);
  const holds = await readHash(redis, keys.holds);
  const sales = await readHash(redis, keys.sales);
  const buyers = await readHash(redis, keys.buyers);
  const free = await readFree(redis, keys.free, typeNames(inventory['types'] ?? ''));
  return snapshotOf(trust, { inventory, holds, sales, buyers, free });
}

/** The parts of an inventory as Redis has them. */
export interface StoredParts {
  readonly inventory: Readonly<Record<string, string>>;
  readonly holds: ReadonlyMap<string, string>;
  readonly sales: ReadonlyMap<string, string>;
  readonly buyers: ReadonlyMap<string, string>;
  readonly free: readonly SerialRange[];
}

/** Null if there is no inventory. */
export function snapshotOf(trust: LookOutcome, parts: StoredParts): InventorySnapshot | null {
  const { inventory, holds, sales, buyers, free } = parts;
  const template = inventory['read_model'];
  if (template === undefined) return null;
  const counter = (name: string): number => Number(inventory[name] ?? 0);
  return {
    generation: counter('generation'),
    unavailable: trust.kind === 'unavailable' ? trust.cause : null,
    facts: factsOf(template),
    ticketTypes: typeNames(inventory['types'] ?? '').map((name) => ({
      name,
      total: counter(`total:${name}`),
      next: counter(`next:${name}`),
      held: counter(`held:${name}`),
      sold: counter(`sold:${name}`),
    })),
    free,
    holds: [...holds]
      .filter(([purchaseId]) => !sales.has(purchaseId))
      .map(([purchaseId, json]) => ({ purchaseId, ...(JSON.parse(json) as Omit<HoldInRedis, 'purchaseId'>) })),
    sales: [...sales].map(([purchaseId, json]) => ({
      purchaseId,
      ...(JSON.parse(json) as Omit<SoldPurchase, 'purchaseId'>),
    })),
    buyers: new Map([...buyers].map(([userId, tickets]) => [userId, Number(tickets)])),
  };
}

/** A whole hash by HSCAN, which may show an entry twice. */
async function readHash(redis: RedisClient, key: string): Promise<Map<string, string>> {
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
async function readFree(redis: RedisClient, key: string, names: readonly string[]): Promise<SerialRange[]> {
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
