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

/** Where a request is: for what every page is made with. */
interface Place {
  /** How browsers reach the service, without a slash at the end. */
  readonly origin: string;
  /** Path and query of the page; after a form was sent, of the page that has the form. */
  readonly path: string;
}

export function placeOf(c: Context, publicOrigin: string | undefined): Place {
  const { origin: asked, pathname, search } = new URL(c.req.url);
  const origin = publicOrigin ?? asked;
  // A form that was refused may be shown at an address that only takes forms.
  return { origin, path: c.req.method === 'GET' ? pathname + search : pathBefore(c, origin) };
}

/** Path of the page from which a form was sent; where the browser does not say, the path to which it was sent. */
function pathBefore(c: Context, origin: string): string {
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
