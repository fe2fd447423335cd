/**
 * Reads a list page by page to its end. Each page begins after the last element of the previous one, so that elements
 * which stay in the list do not block the elements behind them.
 *
 * @param o.read reads the page after a cursor; null is the first page
 * @param o.cursorOf the cursor at which the page after this element begins
 */
export async function* pagesOf<T>(o: {
  readonly limit: number;
  readonly read: (page: { readonly after: string | null; readonly limit: number }) => Promise<readonly T[]>;
  readonly cursorOf: (last: T) => string;
}): AsyncGenerator<readonly T[], void, undefined> {
  for (let after: string | null = null; ;) {
    const page = await o.read({ after, limit: o.limit });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < o.limit || last === undefined) return;
    after = o.cursorOf(last);
  }
}
