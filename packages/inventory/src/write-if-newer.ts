import type { Redis } from 'ioredis';
import { slicesOf } from './contents.js';
import { loadScript } from './load-script.js';
import { runScript } from './script.js';

/** Most writes in one call. */
export const MAX_WRITES_PER_CALL = 1_000;
/** Writes that Redis makes before it serves other clients: some 1.5 ms. */
const WRITES_PER_SCRIPT = 100;

/** A JSON read model with a `version` at its top level, and the same version beside it. */
export interface VersionedEntry {
  readonly key: string;
  /** A whole number; a higher one is a newer state. */
  readonly version: number;
  /** Text of a JSON object whose `version` is the one above. */
  readonly json: string;
  /** When Redis forgets it, in ms since 1970. One that is past is not written. */
  readonly expiresAtMs: number;
}

const script = loadScript('write-if-newer');

/**
 * Writes read models, each by itself and only over an older version, so that a writer that comes late never brings an
 * old state back. One round trip for each hundred.
 *
 * @returns for each, in order, whether it was written
 * @throws RangeError for too many writes or a version that is no whole number; what Redis throws, and some of the others
 *   may have been written then: repeat the whole call
 */
export async function writeIfNewer(redis: Redis, entries: readonly VersionedEntry[]): Promise<boolean[]> {
  if (entries.length === 0) return [];
  if (entries.length > MAX_WRITES_PER_CALL) throw new RangeError(`${entries.length} writes in one call`);
  for (const { key, version, expiresAtMs } of entries) {
    if (!Number.isSafeInteger(expiresAtMs)) throw new RangeError(`unusable expiry of ${key}: ${expiresAtMs}`);
    if (!Number.isSafeInteger(version)) throw new RangeError(`unusable version of ${key}: ${version}`);
  }
  const nowMs = Date.now();
  const alive = entries.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  const written = new Set<VersionedEntry>();
  for (const slice of slicesOf(alive, WRITES_PER_SCRIPT)) {
    const keys = slice.map(({ key }) => key);
    const args = slice.flatMap(({ version, json, expiresAtMs }) => [version, json, expiresAtMs]);
    const replies = (await runScript(redis, script, keys, args)) as readonly (0 | 1)[];
    for (const [index, entry] of slice.entries()) if (replies[index] === 1) written.add(entry);
  }
  return entries.map((entry) => written.has(entry));
}
