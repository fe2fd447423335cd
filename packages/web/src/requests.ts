import type { Context } from 'hono';

/** What Node's server knows of a request. */
export interface PageBindings {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

/** The client's address behind what proxies have said of it, as the gateway reads it behind trusted proxies. */
export function forwardedFor(c: Context): string | undefined {
  const direct = (c.env as PageBindings | undefined)?.incoming?.socket.remoteAddress;
  const said = c.req.header('x-forwarded-for');
  return [said, direct].filter((part) => part !== undefined && part !== '').join(', ') || undefined;
}

/** Path of an address within the service; `/` for every other one. */
export function localPath(text: unknown): string {
  return typeof text === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}

/**
 * Answers with a whole document, which is the reader's own and is asked for again each time. Going back shows it as it was,
 * with the same key in its form.
 */
export function showPage(c: Context, page: unknown, status: 200 | 403 | 404 | 409 | 422 | 500 | 503 = 200): Response {
  c.header('Cache-Control', 'private, no-cache');
  return c.html(`<!doctype html>${String(page)}`, status);
}
