import { randomUUID } from 'node:crypto';
import type { EventFacts } from '@box-office/contract';
import { countContents, type CountedContents } from './contents.js';
import { describeFacts } from './facts.js';
import { inventoryKeys, keyList, stagingKeys, type StagingKeys } from './keys.js';
import { PRELUDE } from './lua/prelude.lua.js';
import { REBUILD } from './lua/rebuild.lua.js';
import { WRITE_FACTS } from './lua/update-facts.lua.js';
import type { InventoryContents, RebuildOutcome } from './outcomes.js';
import { defineScript, runScript, type RedisClient } from './script.js';
import { checkGeneration, fromWire, toWire } from './wire.js';

const script = defineScript(PRELUDE, WRITE_FACTS, REBUILD);

/** What was staged by a rebuild that died goes away by itself. */
const STAGING_TTL_S = 15 * 60;

/**
 * Entries in one upload command. An entry is well under 1 KB (50 tickets), so a command stays under half a megabyte
 * and occupies Redis for less than a millisecond; the swap itself does not depend on the number of entries.
 */
const ENTRIES_PER_COMMAND = 500;

/** Replaces an event's inventory, atomically for everybody else: the new one is filled under other names and swapped in. */
export async function rebuild(
  redis: RedisClient,
  eventId: string,
  generation: number,
  facts: EventFacts,
  contents: InventoryContents,
): Promise<RebuildOutcome> {
  checkGeneration(generation);
  const described = describeFacts(facts);
  const counted = countContents(facts, contents);
  const keys = inventoryKeys(eventId);
  const staging = stagingKeys(eventId, randomUUID());
  const staged = await stage(redis, staging, counted);
  const reply = fromWire<RebuildOutcome | { readonly kind: 'staging_lost' }>(
    await runScript(
      redis,
      script,
      [...keyList(keys), staging.free, staging.holds, staging.sales, staging.buyers],
      [generation, toWire(described), toWire({ stock: counted.stock, staged })],
    ),
  );
  if (reply.kind === 'staging_lost') {
    throw new Error(`Redis lost what was staged for event ${eventId} before it could be swapped in`);
  }
  return reply;
}

/** Uploads in slices, one after the other. Returns the number of entries of free set, holds, sales and buyers. */
async function stage(redis: RedisClient, staging: StagingKeys, counted: CountedContents): Promise<number[]> {
  const free = counted.free.flatMap(({ ticketType, serials }) =>
    serials.map((serial) => ['0', freeMember(ticketType, serial)] as const),
  );
  const uploads = [
    { key: staging.free, entries: free, command: 'zadd' },
    { key: staging.holds, entries: counted.holds, command: 'hset' },
    { key: staging.sales, entries: counted.sales, command: 'hset' },
    { key: staging.buyers, entries: counted.buyers, command: 'hset' },
  ] as const;
  for (const { key, entries, command } of uploads) {
    for (let first = 0; first < entries.length; first += ENTRIES_PER_COMMAND) {
      const slice = entries.slice(first, first + ENTRIES_PER_COMMAND).flat();
      const upload = command === 'zadd' ? redis.zadd(key, ...slice) : redis.hset(key, ...slice);
      // Sent together, so that nothing stays for ever if this process dies here.
      await Promise.all(first === 0 ? [upload, redis.expire(key, STAGING_TTL_S)] : [upload]);
    }
  }
  return uploads.map(({ entries }) => entries.length);
}

/** The encoding of the free set, as in the scripts: NUL cannot be part of a ticket type. */
const freeMember = (ticketType: string, serial: number): string => `${ticketType}\0${String(serial).padStart(10, '0')}`;
