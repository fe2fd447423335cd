import { forEachConcurrently } from './concurrency.js';

/**
 * Handles a list page by page to its end, a few elements at a time. Each page begins after the last element of the
 * previous one, so that elements which stay in the list do not block the elements behind them.
 *
 * @param o.read reads the page after a cursor; null is the first page
 * @param o.cursorOf the cursor at which the page after this element begins
 * @returns for how many elements `handle` was true
 * @throws the first failure of `handle`, after all pages
 */
export async function handlePages<T>(o: {
  readonly limit: number;
  readonly read: (page: { readonly after: string | null; readonly limit: number }) => Promise<readonly T[]>;
  readonly cursorOf: (last: T) => string;
  readonly handle: (element: T) => Promise<boolean>;
}): Promise<number> {
  let count = 0;
  const failures: unknown[] = [];
  for (let after: string | null = null; ;) {
    const page = await o.read({ after, limit: o.limit });
    await forEachConcurrently(page, async (element) => {
      if (await o.handle(element)) count += 1;
    }).catch((error: unknown) => failures.push(error));
    const last = page.at(-1);
    if (page.length < o.limit || last === undefined) break;
    after = o.cursorOf(last);
  }
  if (failures.length > 0) throw failures[0];
  return count;
}
