import { PURCHASE_RECORD_TTL_S, eventKey, purchaseKey } from '@box-office/contract';
import type { PurchaseRecord } from '@box-office/contract';
import type { ChainableCommander, Redis } from 'ioredis';
import type { ForeignValues } from '../foreign-values.js';
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

/**
 * The gateways' memory of idempotency keys in Redis, at `purchase:<id>`. Every function rejects when Redis is away.
 * A record that cannot be read counts as absent, and gives way to the next one: PostgreSQL knows what has happened.
 */
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
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return 1`;

interface WithReplace {
  replacePurchaseRecord(key: string, expected: string, next: string, ttlS: number): ChainableCommander;
}

/** @param redis must never send a command again by itself: an admission that is repeated would meet its own record. */
export function createPurchaseRecords(
  redis: Redis,
  foreign: Pick<ForeignValues, 'purchaseRecord' | 'report'>,
): PurchaseRecords {
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

  async function put(purchaseId: string, text: string): Promise<void> {
    await send((pipeline) => {
      pipeline.set(purchaseKey(purchaseId), text, 'EX', PURCHASE_RECORD_TTL_S);
      return 1;
    });
  }

  /** Puts the text if the key is new, or what stands there cannot be read; else tells what stands there. */
  async function putIfNew(purchaseId: string, text: string, eventId?: string): Promise<Admission> {
    const withEvent = (pipeline: ChainableCommander): number => {
      if (eventId === undefined) return 1;
      // Unlike GET, MGET takes a key of another type for one that is not there.
      pipeline.mget(eventKey(eventId));
      return 2;
    };
    try {
      const [raw, event] = await send((pipeline) => {
        pipeline.set(purchaseKey(purchaseId), text, 'EX', PURCHASE_RECORD_TTL_S, 'NX', 'GET');
        return withEvent(pipeline);
      });
      const previous = storedOf(purchaseId, raw);
      if (typeof raw === 'string' && previous === null) await put(purchaseId, text);
      return { previous, event: firstTextOf(event) };
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('WRONGTYPE'))) throw error;
      foreign.report('purchase', purchaseId, 'is of another type');
      const [, event] = await send((pipeline) => {
        pipeline.set(purchaseKey(purchaseId), text, 'EX', PURCHASE_RECORD_TTL_S);
        return withEvent(pipeline);
      });
      return { previous: null, event: firstTextOf(event) };
    }
  }

  function storedOf(purchaseId: string, raw: unknown): StoredRecord | null {
    if (typeof raw !== 'string') return null;
    const record = foreign.purchaseRecord(purchaseId, raw);
    return record === null ? null : { raw, record };
  }

  return {
    admit: putIfNew,
    async read(purchaseId) {
      const [texts] = await send((pipeline) => {
        pipeline.mget(purchaseKey(purchaseId));
        return 1;
      });
      return storedOf(purchaseId, firstTextOf(texts));
    },
    putIfNew: async (purchaseId, record) => (await putIfNew(purchaseId, JSON.stringify(record))).previous,
    replace: (purchaseId, expected, next) => replaceText(purchaseId, expected, JSON.stringify(next)),
    async release(purchaseId, expected) {
      await replaceText(purchaseId, expected, '');
    },
    put: (purchaseId, record) => put(purchaseId, JSON.stringify(record)),
  };
}

const firstTextOf = (texts: unknown): string | null => {
  const first: unknown = Array.isArray(texts) ? texts[0] : null;
  return typeof first === 'string' ? first : null;
};
