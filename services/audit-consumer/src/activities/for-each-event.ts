import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { createThrottle, noThrottle, type Throttle } from '../reconciliation/checking/throttle.js';
import { forEachConcurrently, throwFailures } from '../reconciliation/concurrency.js';

/** Pauses between pages, and ends the check there once the activity is cancelled or has timed out. */
export function createPageThrottle(complete: boolean): Throttle {
  const throttle = complete ? noThrottle : createThrottle();
  return (sinceMs) => {
    cancellationSignal().throwIfAborted();
    return throttle(sinceMs);
  };
}

/** Failures that fail a page until this attempt, because the activity's retry may resolve them. Then they are reported. */
interface RetriedFailures {
  /** `all`: only if no event could be handled. */
  readonly failures: 'any' | 'all';
  readonly untilAttempt: number;
  /** Events in progress at once. */
  readonly concurrency: number;
}

/** For checks: below the attempts of the retry policy. */
const CHECKS: RetriedFailures = { failures: 'all', untilAttempt: 4, concurrency: 1 };

/**
 * Handles events. An event that fails does not keep the others from being handled.
 *
 * @throws the failures that are retried
 */
export async function forEachEvent<E, R>(
  events: readonly E[],
  handle: (event: E) => Promise<R>,
  o: RetriedFailures = CHECKS,
): Promise<{ readonly results: R[]; readonly failed: readonly { readonly event: E; readonly failure: string }[] }> {
  const results: R[] = [];
  const failed = await forEachConcurrently(
    events,
    async (event) => void results.push(await handle(event)),
    o.concurrency,
  );
  const isRetried = o.failures === 'any' || results.length === 0;
  if (isRetried && activityInfo().attempt < o.untilAttempt) throwFailures(failed);
  return {
    results,
    failed: failed.map(({ element: event, error }) => ({
      event,
      failure: error instanceof Error ? error.message : String(error),
    })),
  };
}
