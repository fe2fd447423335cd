import { randomUUID } from 'node:crypto';
import type { EventDetails } from '@box-office/contract';
import type { Redis } from 'ioredis';
import { countContents, slicesOf, type CountedContents } from './contents.js';
import { describeDetails } from './event-details.js';
import { inventoryKeys, keyList, stagingKeys, type StagingKeys } from './keys.js';
import { loadScript } from './load-script.js';
import type { InventoryContents, RebuildOutcome } from './outcomes.js';
import { runScript } from './script.js';
import { checkGeneration, fromWire, toWire } from './wire.js';

const script = loadScript('rebuild');

/** What was staged by a rebuild that died goes away by itself. */
const STAGING_TTL_S = 15 * 60;

/**
 * Entries in one upload command. An entry is well under 1 KB (50 tickets), so a command stays under half a megabyte
 * and occupies Redis for less than a millisecond; the swap itself does not depend on the number of entries.
 */
const ENTRIES_PER_COMMAND = 500;

/** Replaces an event's inventory, atomically for everybody else: the new one is filled under other names and swapped in. */
export async function rebuild(
  redis: Redis,
  eventId: string,
  generation: number,
  details: EventDetails,
  contents: InventoryContents,
): Promise<RebuildOutcome> {
  checkGeneration(generation);
  const described = describeDetails(details);
  const counted = await countContents(details, contents);
  const keys = inventoryKeys(eventId);
  const staging = stagingKeys(eventId, randomUUID());
  const staged = await stage(redis, staging, contents, counted);
  const reply = fromWire<RebuildOutcome | { readonly kind: 'staging_lost' }>(
    await runScript(
      redis,
      script,
      [...keyList(keys), staging.free, staging.reservations, staging.sales, staging.buyers],
      [generation, toWire(described), toWire({ stock: counted.stock, staged })],
    ),
  );
  if (reply.kind === 'staging_lost') {
    throw new Error(`Redis lost what was staged for event ${eventId} before it could be swapped in`);
  }
  return reply;
}

/**
 * Uploads in slices, one after the other, each put into its stored form when its turn comes. Returns the number of entries of
 * free set, reservations, sales and buyers.
 */
async function stage(
  redis: Redis,
  staging: StagingKeys,
  { reservations, sales }: InventoryContents,
  counted: CountedContents,
): Promise<number[]> {
  async function upload<T>(
    key: string,
    list: readonly T[],
    send: (slice: readonly T[]) => Promise<unknown>,
  ): Promise<number> {
    let isFirst = true;
    for (const slice of slicesOf(list, ENTRIES_PER_COMMAND)) {
      // Sent together, so that nothing stays permanently if this process dies here.
      await Promise.all(isFirst ? [send(slice), redis.expire(key, STAGING_TTL_S)] : [send(slice)]);
      isFirst = false;
    }
    return list.length;
  }
  const hash = <T>(key: string, list: readonly T[], entry: (element: T) => [field: string, value: string]) =>
    upload(key, list, (slice) => redis.hset(key, ...slice.flatMap(entry)));

  const free = counted.free.flatMap(({ ticketType, serials }) =>
    serials.map((serial) => freeMember(ticketType, serial)),
  );
  return [
    await upload(staging.free, free, (slice) => redis.zadd(staging.free, ...slice.flatMap((member) => ['0', member]))),
    await hash(staging.reservations, reservations, ({ purchaseId, epoch, userId, items }) => [
      purchaseId,
      toWire({ epoch, userId, heldSinceMs: 0, items }),
    ]),
    await hash(staging.sales, sales, ({ purchaseId, userId, items }) => [purchaseId, toWire({ userId, items })]),
    await hash(staging.buyers, [...counted.buyers], ([userId, tickets]) => [userId, String(tickets)]),
  ];
}

/** The encoding of the free set, as in the scripts: NUL cannot be part of a ticket type. */
const freeMember = (ticketType: string, serial: number): string => `${ticketType}\0${String(serial).padStart(10, '0')}`;
