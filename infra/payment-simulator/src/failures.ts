import type { Operation } from './behaviour.js';

const MAX_KEYS = 10_000;

/**
 * Counts the failures that each key still has to be given, in memory: a restart starts again. The first call that fails
 * says how many; later calls with the key fail too, whatever they ask for. Beyond `MAX_KEYS` the oldest are forgotten.
 *
 * @returns true while the call has to fail once more
 */
export function createFailures(): (operation: Operation, key: string, times: number) => boolean {
  const remaining = new Map<string, number>();
  return (operation, key, times) => {
    const name = `${operation} ${key}`;
    const left = remaining.get(name) ?? times;
    if (left === 0) return false;
    const oldest = remaining.size >= MAX_KEYS ? remaining.keys().next().value : undefined;
    if (oldest !== undefined) remaining.delete(oldest);
    remaining.set(name, left - 1);
    return true;
  };
}
