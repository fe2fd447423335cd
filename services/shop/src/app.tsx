import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { getCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { Hono } from 'hono';
import type { ShopMetrics } from './metrics.js';
import type { BuyerTokens } from './buyer-tokens.js';
import { pay, release, showCheckout } from './buying/checkout.js';
import { takeHold } from './buying/take-hold.js';
import { downloadCalendar, showEvent, showPicture, streamAvailability } from './events/event-handlers.js';
import { showProgramme } from './events/programme.js';
import { NoticePage, showPage } from './http/layout.js';
import type { ShopContext, ShopDeps, ShopEnv, View } from './http/view.js';
import { askToCancel, cancelOrder, showOrder, showStatus } from './orders/order.js';
import { showOrders } from './orders/orders.js';
import { changeLanguage, LANGUAGE_COOKIE, showSignIn, signIn, signOut } from './sign-in.js';
import { chooseLanguage, wordsOf } from './texts/languages.js';

const MAX_FORM_BYTES = 16_384;
const KEYS_MAX_AGE_S = 300;

/** Nothing from other origins, no script but the shop's own file, no style but its own sheet. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Forms need an origin that can be compared; other sites learn nothing.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};
const ONLY_HTTPS = { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' };

/** The shop as a function from requests to answers. It opens no socket and reads no environment. */
export function createApp(deps: ShopDeps & { tokens: BuyerTokens; metrics: ShopMetrics }): Hono<ShopEnv> {
  const { publicOrigin } = deps.config;
  const headers = { ...SECURITY_HEADERS, ...(publicOrigin?.startsWith('https:') === true && ONLY_HTTPS) };
  const app = new Hono<ShopEnv>();

  app.use(async (c, next) => {
    const startedAt = performance.now();
    await next();
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    deps.metrics.answered(c.req.method, c.res.status, performance.now() - startedAt);
  });
  app.get('/assets/:file', (c) => deps.assets.answer(c.req.path, c.req.header('accept-encoding')) ?? c.notFound());
  app.get('/.well-known/jwks.json', (c) =>
    c.json(deps.tokens.keySet, 200, { 'Cache-Control': `public, max-age=${KEYS_MAX_AGE_S}` }),
  );
  app.use(compress());
  app.use(async (c, next) => {
    c.set('view', await viewOf(c, deps));
    await next();
  });
  app.use(csrf(publicOrigin === undefined ? {} : { origin: publicOrigin }));
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES }));
  addRoutes(app, deps);

  app.notFound((c) => {
    const v = c.get('view') as View | undefined;
    if (v === undefined) return c.text('Not found', 404);
    return showPage(c, <NoticePage v={v} {...v.t.notFound} to={{ href: '/', text: v.t.event.back }} />, 404);
  });
  app.onError((error, c) => {
    const v = c.get('view') as View | undefined;
    const isForged = 'status' in error && error.status === 403;
    if (!isForged) deps.logger.error({ err: error, path: c.req.path }, 'a page failed');
    if (v === undefined) return c.text('Internal error', 500);
    const words = isForged ? v.t.forged : v.t.failure;
    return showPage(c, <NoticePage v={v} {...words} to={{ href: '/', text: v.t.event.back }} />, isForged ? 403 : 500);
  });
  return app;
}

function addRoutes(app: Hono<ShopEnv>, deps: ShopDeps): void {
  app.get('/', (c) => showProgramme(c, deps));
  app.get('/events/:id', (c) => showEvent(c, deps));
  app.get('/events/:id/picture.svg', (c) => showPicture(c, deps));
  app.get('/events/:id/calendar.ics', (c) => downloadCalendar(c, deps, 'event'));
  app.get('/events/:id/sale.ics', (c) => downloadCalendar(c, deps, 'sale'));
  app.get('/events/:id/live', (c) => streamAvailability(c, deps));
  app.post('/events/:id/hold', (c) => takeHold(c, deps));
  app.get('/checkout/:id', (c) => showCheckout(c, deps));
  app.post('/checkout/:id', (c) => pay(c, deps));
  app.post('/checkout/:id/release', (c) => release(c, deps));
  app.get('/orders', (c) => showOrders(c, deps));
  app.get('/orders/:id', (c) => showOrder(c, deps));
  app.get('/orders/:id/status', (c) => showStatus(c, deps));
  app.get('/orders/:id/cancel', (c) => askToCancel(c, deps));
  app.post('/orders/:id/cancel', (c) => cancelOrder(c, deps));
  app.get('/sign-in', (c) => showSignIn(c));
  app.post('/sign-in', (c) => signIn(c, deps));
  app.post('/sign-out', (c) => signOut(c, deps));
  app.post('/language', (c) => changeLanguage(c));
}

async function viewOf(c: ShopContext, deps: ShopDeps): Promise<View> {
  const { config, assets } = deps;
  const url = new URL(c.req.url);
  const isPage = c.req.method === 'GET';
  return {
    ...wordsOf(chooseLanguage(getCookie(c, LANGUAGE_COOKIE), c.req.header('accept-language'))),
    name: config.name,
    assets,
    // A form that was refused is shown at an address that only takes forms.
    path: isPage ? url.pathname + url.search : '',
    origin: config.publicOrigin ?? url.origin,
    session: await deps.sessions.read(c),
    demoSignIn: config.demoSignIn,
    nowMs: Date.now(),
  };
}
