import { asyncLocalStorage } from '@temporalio/activity';

/** Elements in progress at once; each costs a few calls to Temporal or Redis. */
const MAX_CONCURRENCY = 8;

/** An element that was not handled. */
export interface Failed<T> {
  readonly element: T;
  readonly error: unknown;
}

/**
 * Handles the elements of a list, a few at a time. One that fails does not keep the others from being handled.
 *
 * @returns the elements that failed
 * @throws once the activity is cancelled or has timed out: the other elements are left to its next attempt
 */
export async function forEachConcurrently<T>(
  list: readonly T[],
  handle: (element: T) => Promise<void>,
  concurrency = MAX_CONCURRENCY,
): Promise<Failed<T>[]> {
  const signal = asyncLocalStorage.getStore()?.cancellationSignal;
  const queue = list.values();
  const failed: Failed<T>[] = [];
  const worker = async (): Promise<void> => {
    for (const element of queue) {
      if (signal?.aborted) return;
      await handle(element).catch((error: unknown) => failed.push({ element, error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, worker));
  signal?.throwIfAborted();
  return failed;
}

/** @throws why these elements failed; if there are several, their number and the first cause */
export function throwFailures(failed: readonly Failed<unknown>[]): void {
  const [first] = failed;
  if (!first) return;
  if (failed.length === 1) throw first.error;
  const cause = first.error instanceof Error ? first.error.message : String(first.error);
  throw new AggregateError(
    failed.map(({ error }) => error),
    `${failed.length} failed, the first: ${cause}`,
  );
}
