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

/** Several calls of one script in one round trip, answers in order. Fails if any of them fails. */
export async function runScripts(
  redis: Redis,
  script: Script,
  calls: readonly { readonly keys: readonly string[]; readonly args: readonly (string | number)[] }[],
): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  for (const { keys, args } of calls) pipeline.evalsha(script.sha, keys.length, ...keys, ...args);
  const replies = (await pipeline.exec()) ?? [];
  return Promise.all(
    // Async, so that none of them throws while those before it are in progress and would reject without a handler.
    calls.map(async ({ keys, args }, i) => {
      const [error, value] = replies[i] ?? [new Error('no reply in the pipeline'), undefined];
      if (!error) return value;
      if (isUnknownScript(error)) return runScript(redis, script, keys, args);
      throw error;
    }),
  );
}
