import type { Assets } from '@box-office/ui';
import type { Logger } from '@box-office/platform';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { csrf } from 'hono/csrf';
import { Hono, type Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Child } from 'hono/jsx';
import type { RequestMetrics } from './metrics.js';
import type { PageBindings } from './requests.js';

const MAX_FORM_BYTES = 16_384;
const KEYS_MAX_AGE_S = 300;

/** Origins of somebody else from which a page may load, by what. */
export interface ForeignSources {
  readonly script: string;
  readonly frame: string;
  readonly connect: string;
  readonly img: string;
}

/** Nothing from other origins but what is named, no script but the service's own files, no style but its own sheet. */
export const contentSecurityPolicy = (foreign?: ForeignSources): string =>
  [
    "default-src 'none'",
    ...(['script', 'img', 'connect'] as const).map((kind) => `${kind}-src 'self' ${foreign?.[kind] ?? ''}`.trim()),
    ...(foreign ? [`frame-src ${foreign.frame}`] : []),
    "style-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ].join('; ');

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy(),
  // Forms need an origin that can be compared; other sites learn nothing.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
};
/** What a page says that no route answers with, and its status. */
const NOTICES = { unreadable: 400, forged: 403, notFound: 404, tooLarge: 413, failure: 500 } as const;

type NoticeKind = keyof typeof NOTICES;
type NoticeStatus = (typeof NOTICES)[NoticeKind];

const ONLY_HTTPS = { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' };

/** What a page says, where it leads, and what its head has. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly to?: { readonly href: string; readonly text: string };
  readonly head?: Child;
}

/** Of all views: what the pages need that no route answers with. */
interface PageView {
  readonly path: string;
  readonly t: Readonly<Record<NoticeKind, { readonly title: string; readonly text: string }>> & {
    readonly backToForm: string;
  };
}

export interface PageEnv<View> {
  Bindings: PageBindings;
  Variables: { view: View };
}

export interface PageAppOptions<View extends PageView> {
  /** How the service is reached; undefined: as the request says. */
  readonly publicOrigin: string | undefined;
  readonly assets: Assets;
  readonly metrics: RequestMetrics;
  /** The public keys of the tokens that it issues. */
  readonly keySet: object;
  /** Devices that its pages may use. */
  readonly camera?: boolean;
  /** What every page is made with. */
  viewOf(c: Context<PageEnv<View>>): Promise<View>;
  addRoutes(app: Hono<PageEnv<View>>): void;
  /**
   * Pages for a form that cannot be read, is of another site or is too large, for what is not there, and for a failure.
   */
  showNotice(c: Context<PageEnv<View>>, notice: Notice, status: NoticeStatus): Response | Promise<Response>;
  readonly logger: Logger;
}

/** Pages as a function from requests to answers. It opens no socket and reads no environment. */
export function createPageApp<View extends PageView>(o: PageAppOptions<View>): Hono<PageEnv<View>> {
  const { publicOrigin } = o;
  const headers = {
    ...SECURITY_HEADERS,
    'Permissions-Policy': `camera=(${o.camera === true ? 'self' : ''}), geolocation=(), microphone=()`,
    ...(publicOrigin?.startsWith('https:') === true && ONLY_HTTPS),
  };
  const app = new Hono<PageEnv<View>>();

  app.use(async (c, next) => {
    const startedAt = performance.now();
    await next();
    // What a page has set for itself stays.
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.header(name, value);
    o.metrics.answered(c.req.method, c.res.status, performance.now() - startedAt);
  });
  app.get('/assets/:file', (c) => o.assets.answer(c.req.path, c.req.header('accept-encoding')) ?? c.notFound());
  app.get('/.well-known/jwks.json', (c) =>
    c.json(o.keySet, 200, { 'Cache-Control': `public, max-age=${KEYS_MAX_AGE_S}` }),
  );
  app.use(compress());
  app.use(async (c, next) => {
    c.set('view', await o.viewOf(c));
    await next();
  });
  app.use(csrf(publicOrigin === undefined ? {} : { origin: publicOrigin }));
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES }));
  // Before anything is done: handlers read the form again, from the memory of the request.
  app.use(async (c, next) => {
    const isReadable = await c.req.parseBody().then(
      () => true,
      () => false,
    );
    return isReadable ? next() : show(c, 'unreadable');
  });
  o.addRoutes(app);
  addPagesOfForms(app);
  app.notFound((c) => show(c, 'notFound'));
  app.onError((error, c) => {
    const kind = error instanceof HTTPException ? NOTICE_OF_REFUSAL[error.status] : undefined;
    if (kind === undefined) o.logger.error({ err: error, path: c.req.path }, 'a page failed');
    return show(c, kind ?? 'failure');
  });

  function show(c: Context<PageEnv<View>>, kind: NoticeKind): Response | Promise<Response> {
    const status = NOTICES[kind];
    const v = c.get('view') as View | undefined;
    if (v === undefined) return c.text(status === 404 ? 'Not found' : 'Internal error', status);
    const isUnread = kind === 'unreadable' || kind === 'tooLarge';
    const to = isUnread && { href: v.path, text: v.t.backToForm };
    return o.showNotice(c, { ...v.t[kind], ...(to && { to }) }, status);
  }
  return app;
}

/** What the protection of forms and the limit of their size refuse with. */
const NOTICE_OF_REFUSAL: Readonly<Record<number, NoticeKind>> = { 403: 'forged', 413: 'tooLarge' };

/**
 * A form that was refused is shown at the address to which it was sent. Where that takes forms alone, who asks for it again
 * comes to the page above it, where the form is.
 */
function addPagesOfForms<View>(app: Hono<PageEnv<View>>): void {
  const pathsOf = (wanted: string): string[] =>
    app.routes.filter(({ method }) => method === wanted).map(({ path }) => path);
  const pages = new Set(pathsOf('GET'));
  for (const path of pathsOf('POST')) {
    if (pages.has(path)) continue;
    app.get(path, (c) => {
      const above = c.req.path.slice(0, c.req.path.lastIndexOf('/'));
      return c.redirect((above === '' ? '/' : above) + new URL(c.req.url).search, 303);
    });
  }
}
