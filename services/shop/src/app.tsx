import {
  changeLanguage,
  createPageApp,
  languageOf,
  placeOf,
  type PageEnv,
  type RequestMetrics,
  type TokenIssuer,
} from '@box-office/web';
import type { Hono } from 'hono';
import { pay, release, returnFromBank, showCheckout, showHoldStatus } from './buying/checkout.js';
import { takeHold } from './buying/take-hold.js';
import { downloadCalendar, showEvent, showPicture, streamAvailability } from './events/event-handlers.js';
import { showProgramme } from './events/programme.js';
import { changeContact, showContactPage } from './contact/contact-page.js';
import { showNotice } from './http/layout.js';
import type { ShopContext, ShopDeps, View } from './http/view.js';
import { showLegalPage } from './legal/legal-page.js';
import { LEGAL_PAGES, legalLinks } from './legal/legal-pages.js';
import { askToCancel, cancelOrder } from './orders/cancel-order.js';
import { returnToOrder, sendTickets, showOrder, showStatus } from './orders/order.js';
import { showReceipts } from './orders/receipts.js';
import { showOrders } from './orders/orders.js';
import { askForLink, openLink, requestLink, useLink } from './guest-link/guest-link.js';
import { beginSignIn, finishSignIn, showSignedOut, showSignIn, signInAsDemo, signOut } from './sign-in/sign-in.js';
import { wordsOf } from './texts/languages.js';
import { downloadTicket, downloadTickets } from './tickets/download-tickets.js';
import { askToGiveAway, offerTicket, withdrawOffer } from './tickets/give-away.js';
import { acceptOffer, sendTicket, showOffer, showTicket } from './tickets/received.js';

/** The shop as a function from requests to answers. It opens no socket and reads no environment. */
export const createApp = (deps: ShopDeps & { tokens: Pick<TokenIssuer, 'keySet'>; metrics: RequestMetrics }) =>
  createPageApp<View>({
    publicOrigin: deps.config.publicOrigin,
    assets: deps.assets,
    metrics: deps.metrics,
    logger: deps.logger,
    keySet: deps.tokens.keySet,
    viewOf: (c) => viewOf(c, deps),
    addRoutes: (app) => addRoutes(app, deps),
    showNotice: (c, notice, status) => showNotice(c, status, notice),
  });

function addRoutes(app: Hono<PageEnv<View>>, deps: ShopDeps): void {
  app.get('/', (c) => showProgramme(c, deps));
  app.get('/events/:id', (c) => showEvent(c, deps));
  app.get('/events/:id/picture.svg', (c) => showPicture(c, deps));
  app.get('/events/:id/calendar.ics', (c) => downloadCalendar(c, deps, 'event'));
  app.get('/events/:id/sale.ics', (c) => downloadCalendar(c, deps, 'sale'));
  app.get('/events/:id/live', (c) => streamAvailability(c, deps));
  app.post('/events/:id/hold', (c) => takeHold(c, deps));
  app.get('/checkout/:id', (c) => showCheckout(c, deps));
  app.post('/checkout/:id', (c) => pay(c, deps));
  app.get('/checkout/:id/return', (c) => returnFromBank(c, deps));
  app.get('/checkout/:id/status', (c) => showHoldStatus(c, deps));
  app.post('/checkout/:id/release', (c) => release(c, deps));
  app.get('/orders', (c) => showOrders(c, deps));
  app.get('/orders/:id', (c) => showOrder(c, deps));
  app.get('/orders/:id/return', (c) => returnToOrder(c, deps));
  app.get('/orders/:id/tickets.pdf', (c) => downloadTickets(c, deps));
  app.get('/orders/:id/receipts', (c) => showReceipts(c, deps));
  app.get('/orders/:id/status', (c) => showStatus(c, deps));
  app.post('/orders/:id/mail', (c) => sendTickets(c, deps));
  app.get('/contact', (c) => showContactPage(c, deps));
  app.post('/contact', (c) => changeContact(c, deps));
  app.get('/orders/:id/cancel', (c) => askToCancel(c, deps));
  app.post('/orders/:id/cancel', (c) => cancelOrder(c, deps));
  app.get('/tickets/:id', (c) => showTicket(c, deps));
  app.get('/tickets/:id/ticket.pdf', (c) => downloadTicket(c, deps));
  app.post('/tickets/:id/mail', (c) => sendTicket(c, deps));
  app.get('/tickets/:id/give-away', (c) => askToGiveAway(c, deps));
  app.post('/tickets/:id/give-away', (c) => offerTicket(c, deps));
  app.post('/tickets/:id/give-away/withdraw', (c) => withdrawOffer(c, deps));
  app.get('/transfer', (c) => showOffer(c, deps));
  app.post('/transfer', (c) => acceptOffer(c, deps));
  app.get('/find-orders', (c) => askForLink(c));
  app.post('/find-orders', (c) => requestLink(c, deps));
  app.get('/guest-link', (c) => openLink(c));
  app.post('/guest-link', (c) => useLink(c, deps));
  app.get('/sign-in', (c) => showSignIn(c, deps));
  app.post('/sign-in', (c) => signInAsDemo(c, deps));
  app.get('/sign-in/provider', (c) => beginSignIn(c, deps));
  app.get('/sign-in/callback', (c) => finishSignIn(c, deps));
  app.get('/sign-out', (c) => showSignedOut(c, deps));
  app.post('/sign-out', (c) => signOut(c, deps));
  app.post('/language', changeLanguage);
  for (const name of LEGAL_PAGES) app.get(`/${name}`, (c) => showLegalPage(c, deps, name));
}

async function viewOf(c: ShopContext, deps: ShopDeps): Promise<View> {
  const { config, assets } = deps;
  const words = wordsOf(languageOf(c));
  return {
    ...words,
    ...placeOf(c, config.publicOrigin),
    name: config.name,
    logo: config.brand.logo,
    legal: legalLinks(config.legal, words.language),
    assets,
    session: await deps.sessions.read(c),
    canSignIn: config.signIn.kind !== 'none',
    nowMs: Date.now(),
  };
}
