import type { Operation } from './behaviour.js';
import { createRecentKeys } from './recent-keys.js';

/**
 * Counts the failures that each key was given.
 *
 * @returns true while the call has to fail once more
 */
export function createFailures(): (operation: Operation, key: string, times: number) => boolean {
  const given = createRecentKeys<number>();
  return (operation, key, times) => {
    if (times === 0) return false;
    const name = `${operation} ${key}`;
    const count = given.get(name) ?? 0;
    if (count >= times) return false;
    given.set(name, count + 1);
    return true;
  };
}
