import type { Operation } from './behaviour.js';

const MAX_KEYS = 10_000;

/**
 * Counts the failures that each key was given, in memory: a restart counts from zero. Beyond `MAX_KEYS` the oldest
 * are forgotten.
 *
 * @returns true while the call has to fail once more
 */
export function createFailures(): (operation: Operation, key: string, times: number) => boolean {
  const given = new Map<string, number>();
  return (operation, key, times) => {
    if (times === 0) return false;
    const name = `${operation} ${key}`;
    const count = given.get(name) ?? 0;
    if (count >= times) return false;
    const oldest = given.size >= MAX_KEYS ? given.keys().next().value : undefined;
    if (oldest !== undefined) given.delete(oldest);
    given.set(name, count + 1);
    return true;
  };
}
