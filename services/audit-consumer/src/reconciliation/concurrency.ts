/** Elements in progress at once; each costs a few calls to Temporal or Redis. */
const MAX_CONCURRENCY = 8;

/** Handles the elements of a list, a few at a time. Rejects with the first failure. */
export async function forEachConcurrently<T>(list: readonly T[], handle: (element: T) => Promise<void>): Promise<void> {
  const queue = list.values();
  const worker = async (): Promise<void> => {
    for (const element of queue) await handle(element);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENCY, list.length) }, worker));
}
