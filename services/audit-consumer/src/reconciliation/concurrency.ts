/** Elements in progress at once; each costs a few calls to Temporal or Redis. */
const MAX_CONCURRENCY = 8;

/**
 * Handles the elements of a list, a few at a time. One that fails does not keep the others from being handled.
 *
 * @throws the first failure, after all were handled
 */
export async function forEachConcurrently<T>(list: readonly T[], handle: (element: T) => Promise<void>): Promise<void> {
  const queue = list.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const element of queue) await handle(element).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENCY, list.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
