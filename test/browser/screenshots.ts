import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { argv } from 'node:process';
import {
  demoClient,
  prepareDemoEvents,
  repositoryRoot,
  sellDemoTickets,
  signToken,
  startServices,
  startStack,
} from '@box-office/infra';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { photographDoor } from './photograph-door.js';
import { photographMails, type Shot } from './photograph-mails.js';
import { createBuyer } from './shop-pages.js';

const FOLDER = join(repositoryRoot(), '.local', 'screenshots');
const README_PICTURE = join(repositoryRoot(), 'docs', 'images', 'shop.png');
/** Down to the end of the second row of events. */
const README_HEIGHT = 1_060;
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } } as const;
const THEMES = ['light', 'dark'] as const;

/** A shop to photograph: the one at the address that was given, else one of its own with the demo catalogue. */
async function openShop(
  given: string | undefined,
): Promise<{ url: string; consoleUrl?: string; mailboxUrl?: string; close(): Promise<void> }> {
  if (given !== undefined) return { url: given, close: async () => undefined };
  const dir = join(repositoryRoot(), '.local', 'screenshots-stack');
  const stack = await startStack({ name: 'screenshots', dir, ephemeral: true, logger: console });
  const counts = { simulator: 1, mailbox: 1, worker: 1, auditConsumer: 1, api: 1, shop: 1, console: 1 };
  const paymentPort = Number(new URL(stack.addresses.paymentUrl).port);
  const simulator = await startServices(stack, { simulator: 1 }, { takePort: async () => paymentPort });
  const services = await startServices(stack, { ...counts, simulator: 0 });
  const token = await signToken(stack.jwtSecret, { subject: 'screenshots', role: 'operator' });
  const operator = demoClient({ url: services.api[0]?.url ?? '', token, signal: new AbortController().signal });
  await prepareDemoEvents(operator, new Date());
  await sellDemoTickets(operator, new Date(), console);
  return {
    url: services.shop[0]?.url ?? '',
    consoleUrl: services.console[0]?.url ?? '',
    mailboxUrl: services.mailbox[0]?.url ?? '',
    async close() {
      await services.stop();
      await simulator.stop();
      await stack.stop();
    },
  };
}

/** Every page and state, in the order in which a buyer meets them. */
async function photograph(page: Page, url: string, shot: Shot): Promise<void> {
  const open = (path: string) => page.goto(url + path);
  await open('/');
  const events = await page.evaluate<readonly (readonly [name: string, path: string])[]>(
    '[...document.querySelectorAll(".card h2 a")].map((link) => [link.textContent, link.getAttribute("href")])',
  );
  const pathOf = (word: string): string => events.find(([name]) => name.includes(word))?.[1] ?? '/';
  const idOf = (word: string): string => pathOf(word).split('/').at(-1) ?? '';
  await shot('programme');
  await open('/?q=lantern');
  await shot('programme-search');
  await open('/?q=nothing+like+it');
  await shot('programme-nothing-found');
  for (const [name, word] of [
    ['event', 'Harbour'],
    ['event-last-tickets', 'Clockmaker'],
    ['event-sold-out', 'Jazz'],
    ['event-on-sale-later', 'Circus'],
    ['event-free', 'Stars'],
    ['event-yen', 'Lantern'],
  ] as const) {
    await open(pathOf(word));
    await page.waitForTimeout(150);
    await shot(name);
  }
  await open('/events/unknown');
  await shot('event-unknown');
  await open('/orders');
  await shot('orders-none');
  await open('/sign-in');
  await shot('sign-in');
  await open('/find-orders');
  await shot('find-orders');
  await page.locator('main .button').click();
  await page.locator('#email-error').waitFor();
  await shot('find-orders-no-address');
  for (const name of ['terms', 'privacy', 'imprint']) {
    await open(`/${name}`);
    await shot(name);
  }
  await open(pathOf('Harbour'));
  await page.locator('.event-box .button.wide').click();
  await page.locator('[role=alert]').waitFor();
  await shot('event-nothing-chosen');
  await photographPurchases(page, url, shot, { paid: idOf('Harbour'), free: idOf('Stars') });
  await photographFees(page, url, shot, idOf('Clockmaker'));
  await open('/no-such-page');
  await shot('not-found');
}

/** An order with fees, of which the refund rules keep something: payment, cancellation part by part, receipts. */
async function photographFees(page: Page, url: string, shot: Shot, event: string): Promise<void> {
  const buyer = createBuyer(page, url);
  await buyer.choose(event, 'Stalls', 2);
  await shot('event-fees');
  await buyer.hold(event, 'Stalls', 2);
  await shot('checkout-fees');
  await buyer.pay();
  await page.locator('.ticket').first().waitFor();
  const order = new URL(page.url()).pathname;
  await page.goto(`${url + order}/cancel`);
  await page.locator('input[name=ticket]').first().uncheck();
  await page.locator('button[formaction=cancel]').click();
  await shot('order-cancel-part');
  for (let left = 2; left > 0; left--) {
    await page.locator('.button.danger').click();
    await page.waitForURL(({ pathname }) => pathname === order);
    if (left > 1) await page.goto(`${url + order}/cancel`);
  }
  await page.locator('[data-follow]').waitFor({ state: 'detached' });
  await page.goto(`${url + order}/receipts`);
  for (let tries = 0; tries < 20 && (await page.locator('.receipt').count()) < 3; tries++) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await shot('order-receipts');
}

/** From the hold to the refund. */
async function photographPurchases(
  page: Page,
  url: string,
  shot: Shot,
  events: { readonly paid: string; readonly free: string },
): Promise<void> {
  const buyer = createBuyer(page, url);
  const open = (path: string) => page.goto(url + path);
  const checkout = await buyer.hold(events.paid, 'Standing', 2);
  await shot('checkout');
  await page.locator('#email').fill('ann@example');
  await page.locator('.button.wide').click();
  await page.locator('#email-error').waitFor();
  await shot('checkout-details-wrong');
  await page.locator('#email').fill('');
  await buyer.pay('pm_decline_insufficient_funds');
  await page.locator('[role=alert]').waitFor();
  await shot('checkout-declined');
  await open('/orders');
  await shot('orders-running-hold');
  await open(`/events/${events.paid}`);
  await shot('event-running-hold');
  await open(checkout);
  await buyer.pay('pm_slow_4000');
  await page.locator('.progress').waitFor();
  await shot('order-open');
  await page.locator('.ticket').first().waitFor();
  await shot('order-confirmed');
  const order = new URL(page.url()).pathname;
  await open(`${order}/cancel`);
  await shot('order-cancel');
  await page.locator('.button.danger').click();
  await page.waitForURL(({ pathname }) => pathname === order);
  await page.locator('[data-follow]').waitFor({ state: 'detached' });
  await shot('order-cancelled');

  await buyer.hold(events.free, 'Seat', 1);
  await shot('checkout-free');
  await buyer.pay();
  await page.locator('.ticket').first().waitFor();
  await shot('order-free');
  await open('/orders');
  await shot('orders');
  const given = await buyer.hold(events.paid, 'Standing', 1);
  await page.locator('form[action$="/release"] button').click();
  await page.locator('[role=alert]').waitFor();
  await shot('event-given-back');
  await open(given);
  await shot('checkout-over');
  await photographTransfer(page, await buyer.buy(events.paid, 'Standing', 2), shot);
}

/** A ticket of an order that is given away, as both persons see it. */
async function photographTransfer(page: Page, order: string, shot: Shot): Promise<void> {
  const { origin } = new URL(page.url());
  await page.locator('a[href$="/give-away"]').first().click();
  await shot('ticket-give-away');
  await page.locator('form[data-once] button').click();
  const link = await page.locator('#link').inputValue();
  await shot('ticket-link');
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.goto(link);
  await shot('ticket-offered');
  await page.locator('#name').fill('Ben Gray');
  await page.locator('#email').fill('ben@example.com');
  await page.locator('form[action="/transfer"] button').click();
  await page.locator('.ticket').waitFor();
  await shot('ticket');
  await page.goto(`${origin}/orders`);
  await shot('orders-given');
  await page.context().clearCookies();
  await page.context().addCookies(cookies);
  await page.goto(origin + order);
  await shot('order-given-away');
}

/** Those below the window load when they are scrolled to, and a picture of the page scrolls nowhere. */
async function showAllPictures(page: Page): Promise<void> {
  for (const picture of await page.locator('img[loading=lazy]').all()) await picture.scrollIntoViewIfNeeded();
  await page.evaluate('scrollTo(0, 0)');
  await page.waitForFunction('[...document.images].every((image) => image.complete)');
}

/** `--url` photographs a running shop, `--only phone-dark` one variant, `--german` in German; `--readme` also renews the README's picture. */
async function main(): Promise<void> {
  const at = argv.indexOf('--url');
  const only = argv.includes('--only') ? argv[argv.indexOf('--only') + 1] : undefined;
  const locale = argv.includes('--german') ? 'de' : 'en';
  const forReadme = argv.includes('--readme');
  mkdirSync(FOLDER, { recursive: true });
  const shop = await openShop(at < 0 ? undefined : argv[at + 1]);
  const browser: Browser = await launchBrowser();
  try {
    for (const [size, viewport] of Object.entries(WIDTHS)) {
      for (const colorScheme of THEMES) {
        const variant = `${size}-${colorScheme}`;
        if (only !== undefined && variant !== only) continue;
        const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', locale });
        const page = await context.newPage();
        const shot: Shot = async (name) => {
          await showAllPictures(page);
          await page.screenshot({
            path: join(FOLDER, `${name}-${variant}${locale === 'de' ? '-de' : ''}.png`),
            fullPage: true,
          });
          if (forReadme && name === 'programme' && variant === 'desktop-light') {
            const clip = { x: 0, y: 0, ...WIDTHS.desktop, height: README_HEIGHT };
            await page.screenshot({ path: README_PICTURE, fullPage: true, clip });
          }
        };
        await photograph(page, shop.url, shot);
        if (shop.mailboxUrl !== undefined) {
          await photographMails(page, { url: shop.url, mailboxUrl: shop.mailboxUrl }, shot);
        }
        if (shop.consoleUrl !== undefined) {
          await photographDoor(page, { url: shop.url, consoleUrl: shop.consoleUrl }, shot);
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
    await shop.close();
  }
  process.stdout.write(`screenshots in ${relative(process.cwd(), FOLDER)}\n`);
}

await main();
