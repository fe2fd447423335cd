/** Handles a list at once and answers for each element, in order. */
type HandleList<T, R> = (list: readonly T[]) => Promise<readonly R[]>;

interface Waiting<T, R> {
  readonly element: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit in its simplest form: a free handler takes what is waiting, at most `maxPerBatch` elements of it.
 */
export function batchInto<T, R>(
  handlers: readonly HandleList<T, R>[],
  maxPerBatch: number,
): (element: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  const free = [...handlers];

  async function serve(handle: HandleList<T, R>): Promise<void> {
    const batch = waiting.splice(0, maxPerBatch);
    try {
      const results = await handle(batch.map(({ element }) => element));
      batch.forEach(({ resolve }, i) => resolve(results[i] as R));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    free.push(handle);
    next();
  }

  function next(): void {
    if (waiting.length === 0) return;
    const handle = free.pop();
    if (handle) void serve(handle);
  }

  return (element) =>
    new Promise((resolve, reject) => {
      waiting.push({ element, resolve, reject });
      // What arrives in the same turn goes together.
      setImmediate(next);
    });
}
