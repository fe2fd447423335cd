import {
  IDEMPOTENCY_RECORD_TTL_S,
  eventKey,
  holdKey,
  purchaseKey,
  type IdempotencyRecord,
  type PurchaseOutcome,
} from '@box-office/contract';
import { replaceIfUnchanged } from '@box-office/inventory';
import type { Redis } from 'ioredis';
import type { ForeignValues } from '../foreign-values.js';
import type { RefusedOutcome } from './start-decision.js';

/** A record with its text in Redis: what a compare-and-set compares with. */
export interface StoredRecord<Outcome> {
  readonly raw: string;
  readonly record: IdempotencyRecord<Outcome>;
}

/** Redis' reply to a request for admission; `previous` is null if the key is now this request's. */
interface Admission<Outcome> {
  readonly previous: StoredRecord<Outcome> | null;
  /** JSON of the event's read model, null where Redis has none. */
  readonly event: string | null;
}

/**
 * The records of idempotency keys in Redis, by the id that is derived from the key. Every function rejects when Redis is
 * unavailable. A record that cannot be read counts as absent and is replaced: PostgreSQL knows what has happened.
 */
export interface IdempotencyStore<Outcome> {
  /** Puts `mine` if the key is new, and reads the event in the same round trip. */
  admit(id: string, mine: string, eventId: string): Promise<Admission<Outcome>>;
  read(id: string): Promise<StoredRecord<Outcome> | null>;
  /** Puts the record if the key is new, else returns the one that is there. */
  putIfNew(id: string, record: IdempotencyRecord<Outcome>): Promise<StoredRecord<Outcome> | null>;
  /** Puts `next` only if the record is still exactly `expected`; returns whether it was. */
  replace(id: string, expected: string, next: IdempotencyRecord<Outcome>): Promise<boolean>;
  /** Deletes the record if it is still exactly `expected`. */
  release(id: string, expected: string): Promise<void>;
  /** Puts a record unconditionally: for what PostgreSQL has decided. */
  put(id: string, record: IdempotencyRecord<Outcome>): Promise<void>;
}

interface StoreDeps<Outcome> {
  readonly redis: Redis;
  readonly keyOf: (id: string) => string;
  readonly parse: (id: string, json: string) => IdempotencyRecord<Outcome> | null;
  readonly reportWrongType: (id: string) => void;
}

/** @param redis must never resend a command by itself: an admission that is repeated would meet its own record. */
export function createIdempotencyStores(
  redis: Redis,
  foreign: Pick<ForeignValues, 'purchaseRecord' | 'holdRecord' | 'report'>,
): { readonly purchases: IdempotencyStore<PurchaseOutcome>; readonly holds: IdempotencyStore<RefusedOutcome> } {
  const reportWrongType = (source: string) => (id: string) => foreign.report(source, id, 'is of another type');
  return {
    purchases: createStore({
      redis,
      keyOf: purchaseKey,
      parse: foreign.purchaseRecord,
      reportWrongType: reportWrongType('purchase'),
    }),
    holds: createStore({
      redis,
      keyOf: holdKey,
      parse: foreign.holdRecord,
      reportWrongType: reportWrongType('hold'),
    }),
  };
}

function createStore<Outcome>(deps: StoreDeps<Outcome>): IdempotencyStore<Outcome> {
  const { redis, keyOf } = deps;
  const put = (id: string, text: string): Promise<unknown> =>
    redis.set(keyOf(id), text, 'EX', IDEMPOTENCY_RECORD_TTL_S);
  const replaceText = (id: string, expected: string, next: string): Promise<boolean> =>
    replaceIfUnchanged(redis, { key: keyOf(id), expected, next, ttlS: IDEMPOTENCY_RECORD_TTL_S });
  // Unlike GET, MGET takes a key of another type for one that is not there.
  const textAt = async (key: string): Promise<string | null> => (await redis.mget(key))[0] ?? null;

  /** Puts the text if the key is new, or its record cannot be read; else returns the record that is there. */
  async function putIfNew(id: string, text: string): Promise<StoredRecord<Outcome> | null> {
    try {
      const raw = await redis.set(keyOf(id), text, 'EX', IDEMPOTENCY_RECORD_TTL_S, 'NX', 'GET');
      const previous = storedOf(id, raw);
      if (raw !== null && previous === null) await put(id, text);
      return previous;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('WRONGTYPE'))) throw error;
      deps.reportWrongType(id);
      await put(id, text);
      return null;
    }
  }

  function storedOf(id: string, raw: string | null): StoredRecord<Outcome> | null {
    const record = raw === null ? null : deps.parse(id, raw);
    return raw === null || record === null ? null : { raw, record };
  }

  return {
    // The commands of one turn of the event loop travel together, so this is one round trip.
    async admit(id, text, eventId) {
      const [previous, event] = await Promise.all([putIfNew(id, text), textAt(eventKey(eventId))]);
      return { previous, event };
    },
    read: async (id) => storedOf(id, await textAt(keyOf(id))),
    putIfNew: (id, record) => putIfNew(id, JSON.stringify(record)),
    replace: (id, expected, next) => replaceText(id, expected, JSON.stringify(next)),
    async release(id, expected) {
      await replaceText(id, expected, '');
    },
    async put(id, record) {
      await put(id, JSON.stringify(record));
    },
  };
}
