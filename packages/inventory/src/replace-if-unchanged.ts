import type { Redis } from 'ioredis';
import { loadScript } from './load-script.js';
import { runScript } from './script.js';

const script = loadScript('replace-if-unchanged');

/**
 * Compare-and-set of a text.
 *
 * @param next the new text, which Redis keeps for `ttlS` seconds; empty to delete the key
 * @returns whether the text was still `expected`
 */
export async function replaceIfUnchanged(
  redis: Redis,
  { key, expected, next, ttlS }: { key: string; expected: string; next: string; ttlS: number },
): Promise<boolean> {
  return (await runScript(redis, script, [key], [expected, next, ttlS])) === 1;
}
