import { forEachConcurrently, throwFailures, type Failed } from './concurrency.js';

/**
 * Handles a list page by page to its end, a few elements at a time. Each page begins after the last element of the
 * previous one, so that elements which stay in the list do not block the elements behind them. After as many failures as
 * a page has elements no further page is read: a server is unavailable.
 *
 * @param o.read reads the page after a cursor; null is the first page
 * @param o.cursorOf the cursor at which the page after this element begins
 * @returns for how many elements `handle` was true
 * @throws the failures of `handle`, at the end
 */
export async function handlePages<T>(o: {
  readonly limit: number;
  readonly read: (page: { readonly after: string | null; readonly limit: number }) => Promise<readonly T[]>;
  readonly cursorOf: (last: T) => string;
  readonly handle: (element: T) => Promise<boolean>;
}): Promise<number> {
  let count = 0;
  const failed: Failed<T>[] = [];
  for (let after: string | null = null; ;) {
    const page = await o.read({ after, limit: o.limit });
    const failedOfPage = await forEachConcurrently(page, async (element) => {
      if (await o.handle(element)) count += 1;
    });
    failed.push(...failedOfPage);
    const last = page.at(-1);
    if (page.length < o.limit || last === undefined || failed.length >= o.limit) break;
    after = o.cursorOf(last);
  }
  throwFailures(failed);
  return count;
}
