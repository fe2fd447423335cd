import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { findingsOn, type Finding } from './accessibility-findings.js';
import { until } from '../support/until.js';
import { launchBrowser } from './browser.js';
import { createDoor } from './door-pages.js';
import { createBuyer } from './shop-pages.js';

/** For a dozen pages on a busy machine. */
const TIMEOUT_MS = 180_000;

let system: TestSystem;
let browser: Browser;

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

const FEES = { purchaseFee: { priceMinor: 200 }, refundRules: { keepsFees: true, withheldPpm: 100_000 } };
/** A ticket that is given away, from the order of the person who has it to the one who gets it. */
async function checkTransfer(page: Page, check: (name: string) => Promise<void>): Promise<void> {
  await page.locator('a[href$="/give-away"]').first().click();
  await check('giving a ticket away');
  await page.locator('form[data-once] button').click();
  const link = await page.locator('#link').inputValue();
  await check('a link to give a ticket away');
  await page.context().clearCookies();
  await page.goto(link);
  await check('a ticket that is offered');
  await page.locator('form[action="/transfer"] button').click();
  await page.locator('#email-error').waitFor();
  await check('a ticket that is offered, without an address');
  await page.locator('#name').fill('Ben Gray');
  await page.locator('#email').fill('ben@example.com');
  await page.locator('form[action="/transfer"] button').click();
  await page.locator('.ticket').waitFor();
  await check('a ticket that was given');
}

/** An order that is cancelled while its refund takes time. */
async function checkCancellation(page: Page, url: string, eventId: string, check: (name: string) => Promise<void>) {
  const [guest = ''] = /^guest-[\w-]{36}/.exec((await page.context().cookies(url))[0]?.value ?? '') ?? [];
  const payment = { method: 'pm_slow_refund_20000' };
  const { status, body } = await system.buy(
    { eventId, items: [{ ticketType: 'Seat', quantity: 2 }], payment },
    { as: guest },
  );
  expect(status).toBe(201);
  await page.goto(`${url}/orders/${body.purchaseId}/cancel`);
  await page.locator('.button.danger').click();
  await page.locator('[data-follow]').waitFor();
  await check('an order that is being cancelled');
  await page.locator('[data-follow]').waitFor({ state: 'detached' });
  await check('a cancelled order');
}

/** What a guest meets who looks for orders, and the local mailbox. */
async function checkMails(page: Page, url: string, check: (name: string) => Promise<void>): Promise<void> {
  await page.goto(`${url}/find-orders`);
  await page.locator('main .button').click();
  await page.locator('#email-error').waitFor();
  await check('a link to orders without an address');
  await page.locator('#email').fill('ann@example.com');
  await page.locator('main .button').click();
  await page.locator('main .actions').waitFor();
  await check('a link to orders');
  await page.goto(`${url}/guest-link?token=none`);
  await page.locator('main .button').click();
  await page.waitForLoadState();
  await check('a link that no longer works');
  await page.goto(system.services.mailbox[0]?.url ?? '');
  await check('the mailbox');
  await page.locator('.mails a').first().click();
  await page.locator('pre').waitFor();
  await check('a mail');
}

/** Pages that need no event and no order. */
const PATHS = [
  '/',
  '/?q=none',
  '/?from=2035-01-01',
  '/orders',
  '/sign-in',
  '/find-orders',
  '/guest-link?token=none',
  '/contact',
  '/terms',
  '/privacy',
  '/imprint',
  '/none',
];

describe('axe finds nothing on any page', () => {
  it.concurrent.each([
    ['light', 'en'],
    ['dark', 'de'],
  ] as const)(
    'in the %s theme, in %s',
    async (colorScheme, locale) => {
      const url = system.services.shop[0]?.url ?? '';
      const types = [
        { name: 'Seat', priceMinor: 4_500, taxRatePpm: 70_000, fee: { priceMinor: 150 }, total: 50 },
        { name: 'Last', priceMinor: 7_900, total: 3 },
      ];
      const event = await system.createEvent({ ticketTypes: types });
      const endsOnAnotherDay = {
        params: { path: { id: event.id } },
        body: { ...FEES, endsAt: '2035-01-02T03:00:00Z' },
      };
      expect((await system.operator.PATCH('/api/events/{id}', endsOnAnotherDay)).response.status).toBe(200);
      const soldOut = await system.createEvent({ total: 0 });
      const context = await browser.newContext({ colorScheme, locale, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const buyer = createBuyer(page, url);
      const findings: Finding[] = [];
      const check = async (name: string): Promise<void> => void findings.push(...(await findingsOn(page, name)));
      const open = async (path: string): Promise<void> => {
        await page.goto(url + path);
        await check(path);
      };
      for (const path of [...PATHS, `/events/${soldOut.id}`, `/events/${event.id}`]) {
        await open(path);
      }
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      await page.locator('.event-box .button.wide').click();
      await page.locator('[role=alert]').waitFor();
      await check('an event with errors');
      await buyer.hold(event.id, 'Seat', 2);
      await check('payment');
      await page.locator('.button.wide').click();
      await page.locator('#email-error').waitFor();
      await check('payment without name and address');
      await buyer.pay('pm_decline_insufficient_funds');
      await page.locator('[role=alert]').waitFor();
      await check('payment that was declined');
      await open('/orders');
      await page.goto(url + (await buyer.hold(event.id, 'Seat', 1)));
      await buyer.pay('pm_slow_4000');
      await page.locator('.progress').waitFor();
      await check('an order in progress');
      await page.locator('.ticket').waitFor();
      await check('confirmation');
      const order = new URL(page.url()).pathname;
      await open(`/contact?order=${order.split('/').at(-1) ?? ''}`);
      await open(`${order}/cancel`);
      await page.locator('.button.danger').waitFor();
      await until(async () => expect((await page.goto(`${url + order}/receipts`))?.status()).toBe(200));
      await check('receipts');
      await checkCancellation(page, url, event.id, check);
      await page.goto(url + order);
      await checkTransfer(page, check);
      await open('/orders');
      await checkMails(page, url, check);
      await context.close();
      expect(findings).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['light', 'en'],
    ['dark', 'de'],
  ] as const)(
    'of the door in the %s theme, in %s',
    async (colorScheme, locale) => {
      const url = system.services.console[0]?.url ?? '';
      const event = await system.createEvent({ total: 10 });
      const buyer = newBuyer();
      const contact = { name: 'Ann Lee', email: 'ann@example.com', language: locale };
      await system.call('PUT', '/api/contact', { as: buyer, role: 'buyer', body: contact });
      const { body } = await system.buy({ eventId: event.id, quantity: 2 }, { as: buyer });
      const path = { id: body.purchaseId };
      const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
      const [code, other] = data?.tickets.map((ticket) => ticket.code ?? '') ?? [];
      const context = await browser.newContext({ colorScheme, locale, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const door = createDoor(page, url);
      const findings: Finding[] = [];
      const check = async (name: string): Promise<void> => void findings.push(...(await findingsOn(page, name)));
      await page.goto(url);
      await check('sign-in');
      await door.signIn();
      await check('choose a door');
      await door.open(event.id, 'Gate B');
      await check('ready');
      await door.present(code ?? '');
      await page.locator('.undo summary').click();
      await check('admitted');
      await door.present(code ?? '');
      await check('already in');
      await door.search('a');
      await check('a search without enough letters');
      await door.search('ann');
      await check('found tickets');
      await door.isPrepared();
      await context.setOffline(true);
      await door.present(other ?? '');
      await check('admitted offline');
      await context.clearCookies();
      await context.setOffline(false);
      await door.isIn('signed_out');
      await check('signed out');
      await page.goto(`${url}/none`);
      await check('not found');
      await context.close();
      expect(findings).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'and no page is wider than the window at 400 % zoom',
    async () => {
      const url = system.services.shop[0]?.url ?? '';
      const event = await system.createEvent({ total: 10 });
      // 1280 px at 400 % are 320 px.
      const context = await browser.newContext({ viewport: { width: 320, height: 256 }, reducedMotion: 'reduce' });
      const buyer = createBuyer(await context.newPage(), url);
      const widths: Record<string, number> = {};
      const measure = async (name: string): Promise<void> => {
        widths[name] = await buyer.page.evaluate('document.documentElement.scrollWidth');
      };
      for (const path of ['/', '/orders', '/sign-in', `/events/${event.id}`]) {
        await buyer.page.goto(url + path);
        await measure(path);
      }
      await buyer.hold(event.id, 'standard', 1);
      await measure('payment');
      await buyer.pay();
      await buyer.page.locator('.ticket').waitFor();
      await measure('confirmation');
      await context.close();
      expect(
        Object.values(widths).every((width) => width <= 320),
        JSON.stringify(widths),
      ).toBe(true);
    },
    TIMEOUT_MS,
  );
});
