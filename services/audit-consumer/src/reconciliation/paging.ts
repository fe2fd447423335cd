/**
 * Reads a list page by page to its end, however long it is and whatever becomes of its elements: each page begins after the
 * last element of the one before, so that what stays in the list does not keep the rest waiting.
 *
 * @param o.read the page after a cursor; null is the first one
 * @param o.cursorOf where the page after this element begins
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
