import { PURCHASE_RECORD_TTL_S, eventKey, purchaseKey } from '@box-office/contract';
import type { PurchaseRecord } from '@box-office/contract';
import type { ChainableCommander, Redis } from 'ioredis';
import { gatherCommands } from './gathered-commands.js';

/** A record with its text as it stands in Redis: what a compare-and-set compares with. */
export interface StoredRecord {
  readonly raw: string;
  readonly record: PurchaseRecord;
}

/** What Redis said to a request for admission; `previous` is null if the key is now this request's. */
interface Admission {
  readonly previous: StoredRecord | null;
  /** JSON of the event's read model, null where Redis knows nothing of the event. */
  readonly event: string | null;
}

/** The gateways' memory of idempotency keys in Redis, at `purchase:<id>`. Every function rejects when Redis is away. */
export interface PurchaseRecords {
  /** Puts `mine` if the key is new, and reads the event in the same round trip. */
  admit(purchaseId: string, mine: string, eventId: string): Promise<Admission>;
  read(purchaseId: string): Promise<StoredRecord | null>;
  /** Puts the record if the key is new, else tells what stands there. */
  putIfNew(purchaseId: string, record: PurchaseRecord): Promise<StoredRecord | null>;
  /** Puts `next` only if the record is still exactly `expected`; tells whether it was. */
  replace(purchaseId: string, expected: string, next: PurchaseRecord): Promise<boolean>;
  /** Forgets the key if the record is still exactly `expected`. */
  release(purchaseId: string, expected: string): Promise<void>;
  /** Puts a record whatever stands there: for what PostgreSQL has decided. */
  put(purchaseId: string, record: PurchaseRecord): Promise<void>;
}

/**
 * KEYS[1] purchase:<id>   ARGV[1] expected text   ARGV[2] new text, empty to delete   ARGV[3] seconds to keep it
 * Result: 1 if the record was the expected one and is now the new one, else 0.
 */
const REPLACE_IF_UNCHANGED = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return 1`;

interface WithReplace {
  replacePurchaseRecord(key: string, expected: string, next: string, ttlS: number): ChainableCommander;
}

/** @param redis must never send a command again by itself: an admission that is repeated would meet its own record. */
export function createPurchaseRecords(redis: Redis): PurchaseRecords {
  redis.defineCommand('replacePurchaseRecord', { numberOfKeys: 1, lua: REPLACE_IF_UNCHANGED });
  const send = gatherCommands(redis);

  async function replaceText(purchaseId: string, expected: string, next: string): Promise<boolean> {
    const [replaced] = await send((pipeline) => {
      const scripted = pipeline as ChainableCommander & WithReplace;
      scripted.replacePurchaseRecord(purchaseKey(purchaseId), expected, next, PURCHASE_RECORD_TTL_S);
      return 1;
    });
    return replaced === 1;
  }

  return {
    async admit(purchaseId, mine, eventId) {
      const [previous, event] = await send((pipeline) => {
        pipeline.set(purchaseKey(purchaseId), mine, 'EX', PURCHASE_RECORD_TTL_S, 'NX', 'GET');
        pipeline.get(eventKey(eventId));
        return 2;
      });
      return { previous: storedOf(previous), event: typeof event === 'string' ? event : null };
    },
    async read(purchaseId) {
      const [raw] = await send((pipeline) => {
        pipeline.get(purchaseKey(purchaseId));
        return 1;
      });
      return storedOf(raw);
    },
    async putIfNew(purchaseId, record) {
      const [previous] = await send((pipeline) => {
        pipeline.set(purchaseKey(purchaseId), JSON.stringify(record), 'EX', PURCHASE_RECORD_TTL_S, 'NX', 'GET');
        return 1;
      });
      return storedOf(previous);
    },
    replace: (purchaseId, expected, next) => replaceText(purchaseId, expected, JSON.stringify(next)),
    async release(purchaseId, expected) {
      await replaceText(purchaseId, expected, '');
    },
    async put(purchaseId, record) {
      await send((pipeline) => {
        pipeline.set(purchaseKey(purchaseId), JSON.stringify(record), 'EX', PURCHASE_RECORD_TTL_S);
        return 1;
      });
    },
  };
}

const storedOf = (raw: unknown): StoredRecord | null =>
  typeof raw === 'string' ? { raw, record: JSON.parse(raw) as PurchaseRecord } : null;
