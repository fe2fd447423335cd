import { Context } from '@temporalio/activity';

/** What one activity delivers at most. */
export const PAGE_SIZE = 100;
/** Nothing of a page is begun later than this; its activity ends with the last answer. */
const MAX_PAGE_MS = 30_000;
/** Deliveries at once. */
const MAX_CONCURRENT = 10;

/**
 * Delivers what is due, within the running activity: several at once, until all are begun, `deliver` says that no more is to
 * be, the time is over, or the worker stops.
 *
 * @param due at most `PAGE_SIZE`
 * @param deliver sends one and records the answer; false: begin no more of this page
 * @returns whether there may be more
 */
export async function deliverPage<T>(due: readonly T[], deliver: (one: T) => Promise<boolean>): Promise<boolean> {
  const { cancellationSignal } = Context.current();
  const deadlineMs = Date.now() + MAX_PAGE_MS;
  let begun = 0;
  const queue = due.values();
  const deliverNext = async (): Promise<void> => {
    for (const one of queue) {
      begun++;
      if (!(await deliver(one)) || Date.now() > deadlineMs || cancellationSignal.aborted) return;
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, deliverNext));
  return due.length === PAGE_SIZE || begun < due.length;
}
