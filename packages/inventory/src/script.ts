import type { Redis } from 'ioredis';
import type { Script } from './load-script.js';

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');

/** One call of a script. Redis has forgotten its scripts after a restart: it did nothing then and gets the text. */
export async function runScript(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return redis.eval(script.lua, keys.length, ...keys, ...args);
  }
}
