import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { createThrottle, noThrottle, type Throttle } from '../reconciliation/checking/throttle.js';

/** If each event of a page still fails at this attempt, the page is given up. Below the attempts of the retry policy. */
const ATTEMPTS_OF_ALL = 4;

/** Pauses between pages, and ends the check there once the activity is cancelled or has timed out. */
export function createPageThrottle(complete: boolean): Throttle {
  const throttle = complete ? noThrottle : createThrottle();
  return (sinceMs) => {
    cancellationSignal().throwIfAborted();
    return throttle(sinceMs);
  };
}

/**
 * Handles events one by one. An event that fails does not keep the others from being handled.
 *
 * @throws the first failure if all fail, which the activity's retry may resolve: a store is unavailable
 */
export async function forEachEvent<E, R>(
  events: readonly E[],
  handle: (event: E) => Promise<R>,
): Promise<{ readonly results: R[]; readonly failed: readonly { readonly event: E; readonly failure: string }[] }> {
  const results: R[] = [];
  const failed: { event: E; failure: string; error: unknown }[] = [];
  for (const event of events) {
    cancellationSignal().throwIfAborted();
    try {
      results.push(await handle(event));
    } catch (error) {
      cancellationSignal().throwIfAborted();
      failed.push({ event, failure: error instanceof Error ? error.message : String(error), error });
    }
  }
  const [first] = failed;
  if (first && results.length === 0 && activityInfo().attempt < ATTEMPTS_OF_ALL) throw first.error;
  return { results, failed: failed.map(({ event, failure }) => ({ event, failure })) };
}
