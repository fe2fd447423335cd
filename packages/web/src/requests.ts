import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

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
 * Path of the page from which a form was sent, for a link that leads back there; where the browser does not say, the path to
 * which it was sent.
 *
 * @param origin of the service, as browsers know it
 */
export function pathBefore(c: Context, origin: string): string {
  const { pathname, search } = new URL(c.req.url);
  const referer = c.req.header('referer') ?? '';
  const before = referer.startsWith(`${origin}/`) ? localPath(referer.slice(origin.length)) : '/';
  return before === '/' ? localPath(pathname + search) : before;
}

/**
 * Answers with a whole document, which is the reader's own and is asked for again each time. Going back shows it as it was,
 * with the same key in its form.
 */
export function showPage(c: Context, page: unknown, status: ContentfulStatusCode = 200): Response {
  c.header('Cache-Control', 'private, no-cache');
  return c.html(`<!doctype html>${String(page)}`, status);
}
