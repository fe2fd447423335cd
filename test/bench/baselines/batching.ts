/** Handles a list and returns one result for each element, in order. */
type HandleList<T, R> = (list: readonly T[]) => Promise<readonly R[]>;

interface Waiting<T, R> {
  readonly element: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Minimal batching: an idle handler takes the waiting elements, at most `maxPerBatch` of them.
 */
export function batchInto<T, R>(
  handlers: readonly HandleList<T, R>[],
  maxPerBatch: number,
): (element: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  const idle = [...handlers];

  async function runBatch(handle: HandleList<T, R>): Promise<void> {
    const batch = waiting.splice(0, maxPerBatch);
    try {
      const results = await handle(batch.map(({ element }) => element));
      batch.forEach(({ resolve }, i) => resolve(results[i] as R));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    idle.push(handle);
    startBatch();
  }

  function startBatch(): void {
    if (waiting.length === 0) return;
    const handle = idle.pop();
    if (handle) void runBatch(handle);
  }

  return (element) =>
    new Promise((resolve, reject) => {
      waiting.push({ element, resolve, reject });
      // Elements that arrive in the same turn of the event loop share a batch.
      setImmediate(startBatch);
    });
}
