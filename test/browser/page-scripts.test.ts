import { randomUUID } from 'node:crypto';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventOnSale } from '../support/gateway-clients.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

/** As many connections as a browser keeps to one host. */
const MAX_CONNECTIONS = 6;
/** Mostly long enough to open a page before the sale starts. */
const SALE_IN_MS = 10_000;

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

const shopUrl = (): string => system.services.shop[0]?.url ?? '';
const newBuyer = async () => createBuyer(await browser.newPage(), shopUrl());
const newPath = async (): Promise<string> => `/events/${(await system.createEvent({ total: 10 })).id}`;

const isLive = (page: Page): Promise<void> => page.getByText('Availability is live.').waitFor();
/** What a browser does with a tab behind another one: here every page is in front. */
const show = (page: Page, isShown: boolean): Promise<unknown> =>
  page.evaluate(`Object.defineProperty(document, 'hidden', { get: () => ${String(!isShown)}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));`);
/** What a browser does with a page that it keeps while the buyer is elsewhere: here it keeps none. */
const leave = (page: Page): Promise<unknown> =>
  page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))`);
const comeBack = (page: Page): Promise<unknown> =>
  page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);

describe('live availability', () => {
  it('of tabs that are not in sight leaves the connections to the page that is', async () => {
    const path = await newPath();
    const { page: first } = await newBuyer();
    const tabs = [first];
    while (tabs.length < MAX_CONNECTIONS) tabs.push(await first.context().newPage());
    for (const tab of tabs) {
      await tab.goto(shopUrl() + path);
      await isLive(tab);
      await show(tab, false);
    }
    const next = await first.context().newPage();
    await next.goto(shopUrl() + path);
    await isLive(next);
    await first.getByText(/Not live since/).waitFor();
    await show(first, true);
    await isLive(first);
  });

  it('is opened again after an answer that is no stream, such as 502 while the shop starts again', async () => {
    const { page } = await newBuyer();
    let asked = 0;
    await page.route('**/live', (route) => ((asked += 1) === 1 ? route.fulfill({ status: 502 }) : route.continue()));
    await page.goto(shopUrl() + (await newPath()));
    await isLive(page);
    expect(asked).toBe(2);
  });

  it('says at once that the sale is paused, and offers nothing', async () => {
    const { id } = await system.createEvent({ total: 10 });
    const { page } = await newBuyer();
    await page.goto(`${shopUrl()}/events/${id}`);
    await isLive(page);
    const params = { path: { id } };
    const { response } = await system.operator.PATCH('/api/events/{id}', { params, body: { status: 'closed' } });
    expect(response.status).toBe(200);
    await page.locator('.type .badge', { hasText: 'Sale paused' }).waitFor();
    expect(await page.getByRole('button', { name: 'One ticket more' }).isVisible()).toBe(false);
  });

  it('continues on a page to which the buyer comes back', async () => {
    const { page } = await newBuyer();
    await page.goto(shopUrl() + (await newPath()));
    await isLive(page);
    await leave(page);
    await page.getByText(/Not live since/).waitFor();
    await comeBack(page);
    await isLive(page);
  });
});

describe('an event page', () => {
  const open = async (id: string, o: BrowserContextOptions = {}): Promise<Page> => {
    const page = await browser.newPage(o);
    await page.goto(`${shopUrl()}/events/${id}`);
    return page;
  };
  const buy = async (eventId: string, ticketType: string, quantity = 1): Promise<string> => {
    const { body } = await system.buy({ eventId, ticketType, quantity });
    return body.purchaseId;
  };
  const cancel = (id: string) => system.operator.POST('/api/purchases/{id}/cancel', { params: { path: { id } } });

  const openEventOnSaleIn = async (ms: number, o: BrowserContextOptions = {}) => {
    const ticketTypes = [{ name: 'standard', priceMinor: 2_500, total: 10 }];
    const saleStartsAt = new Date(Date.now() + ms).toISOString();
    const { id } = await createEventOnSale(system.operator, { name: 'Event on sale later', ticketTypes, saleStartsAt });
    return { page: await open(id, o), saleStartsAt };
  };

  it('says when the sale starts, in both zones', async () => {
    const { page, saleStartsAt } = await openEventOnSaleIn(3_600_000, { timezoneId: 'America/New_York' });
    const at = (timeZone: string): string =>
      new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date(saleStartsAt));
    await page.getByText(`${at('America/New_York')} your time`).waitFor();
    expect(await page.locator('.message time').innerText()).toContain(`${at('Europe/Paris')} (Central European Time; `);
    await page.getByText('The tickets appear here as soon as the sale starts.').waitFor();
  });

  it('shows the tickets when the sale starts', async () => {
    const { page } = await openEventOnSaleIn(SALE_IN_MS);
    await page.getByRole('button', { name: 'Continue to payment' }).waitFor();
  });

  it('has no other time for a reader whose clock shows the same', async () => {
    const page = await open((await system.createEvent({ total: 10 })).id, { timezoneId: 'Europe/Berlin' });
    await isLive(page);
    expect(await page.locator('.facts').innerText()).toMatch(/In full, until .*, 20:00 \(Central European Time\)$/m);
  });

  it('lets buyers choose a ticket that comes back, and says at its foot what is left of the event', async () => {
    const ticketTypes = [
      { name: 'Seat', priceMinor: 2_500, total: 1 },
      { name: 'Standing', priceMinor: 1_500, total: 3 },
    ];
    const { id } = await system.createEvent({ ticketTypes });
    const seat = await buy(id, 'Seat');
    const page = await open(id, { viewport: { width: 400, height: 800 } });
    const [more, foot] = [
      page.getByRole('button', { name: 'One ticket more, Seat' }),
      page.locator('.foot-bar .badge'),
    ];
    await isLive(page);
    expect(await more.isVisible()).toBe(false);
    expect(await foot.innerText()).toBe('Last 3 tickets');
    await buy(id, 'Standing', 3);
    await page.locator('.foot-bar .badge', { hasText: 'Sold out' }).waitFor();
    await cancel(seat);
    await more.click();
    await page.locator('output', { hasText: '25.00' }).waitFor();
    expect(await foot.innerText()).toBe('Last ticket');
  });

  it('of an event that is sold out is live', async () => {
    const { id } = await system.createEvent({ total: 1 });
    const purchase = await buy(id, 'standard');
    const page = await open(id);
    await isLive(page);
    await cancel(purchase);
    await page.getByRole('button', { name: 'Continue to payment' }).waitFor();
  });
});

describe('the countdown', () => {
  const secondsLeft = async (page: Page): Promise<number> => {
    const [minutes = 0, seconds = 0] = (await page.locator('[data-clock]').innerText()).split(':').map(Number);
    return minutes * 60 + seconds;
  };

  it('continues on a page that comes from the cache, and is of each reservation', async () => {
    const [event, other] = [await system.createEvent({ total: 10 }), await system.createEvent({ total: 10 })];
    const { page, hold } = await newBuyer();
    await hold(event.id, 'standard', 1);
    const atFirst = await secondsLeft(page);
    await until(async () => expect(await secondsLeft(page)).toBeLessThan(atFirst - 3));
    await page.goto(`${shopUrl()}/orders`);
    await page.goBack();
    expect(await secondsLeft(page)).toBeLessThan(atFirst - 3);
    await page.reload();
    const [left, readAtMs] = [await secondsLeft(page), Date.now()];
    expect(left).toBeLessThan(atFirst - 3);
    await hold(other.id, 'standard', 1);
    const ofOther = await secondsLeft(page);
    expect(ofOther).toBeGreaterThan(left + 1 - (Date.now() - readAtMs) / 1_000);
  });

  it('asks the server when the clock of the machine has jumped', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, hold } = await newBuyer();
    await page.clock.install();
    await hold(event.id, 'standard', 1);
    await page.clock.setSystemTime(Date.now() + 86_400_000);
    await Promise.all([page.waitForEvent('load'), page.reload()]);
    await page.clock.runFor(2_000);
    await until(async () => expect(await secondsLeft(page)).toBeGreaterThan(60));
  });
});

describe('a form with two buttons', () => {
  it('says on the one that was pressed that it is sent', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer();
    await page.goto(`${shopUrl()}${await buy(event.id, 'standard', 2)}/cancel`);
    // The form stays on the page.
    await page.evaluate(`addEventListener('submit', (event) => event.preventDefault())`);
    await page.locator('.button.danger').click();
    expect(await page.locator('.button.danger').innerText()).toBe('Cancelling …');
    expect(await page.locator('button[formaction]').innerText()).toBe('Show what I get back');
  });
});

describe('the total', () => {
  it('has the decimals of its currency, whatever the browser takes for them', async () => {
    const ticketTypes = [{ name: 'standard', priceMinor: 25_000_000, total: 10 }];
    const fields = { name: `Event ${randomUUID()}`, currency: 'IQD', ticketTypes };
    const { id } = await createEventOnSale(system.operator, fields);
    const { page } = await newBuyer();
    await page.goto(`${shopUrl()}/events/${id}`);
    const price = await page.locator('.type-price').innerText();
    expect(price).toContain('25,000.000');
    await page.getByRole('button', { name: 'One ticket more' }).click();
    expect(await page.locator('[data-total]').innerText()).toBe(price);
  });
});

it('an order whose page never has the status that it is told is loaded again once for it', async () => {
  const event = await system.createEvent({ total: 10 });
  const { page, hold, pay } = await newBuyer();
  let [asked, loaded] = [0, 0];
  await page.route('**/status', (route) => {
    asked += 1;
    return route.fulfill({ json: { status: 'of another release' } });
  });
  page.on('load', () => (loaded += 1));
  await hold(event.id, 'standard', 1);
  await pay('pm_slow_4000');
  await page.locator('.progress').waitFor();
  await page.waitForLoadState();
  [asked, loaded] = [0, 0];
  await until(() => expect(asked).toBeGreaterThan(4), 30_000);
  expect(loaded).toBe(1);
});

it('an order is followed to its end, also after the link to its content was used', async () => {
  const event = await system.createEvent({ total: 10 });
  const { page, hold, pay } = await newBuyer();
  await hold(event.id, 'standard', 1);
  await pay('pm_slow_4000');
  await page.locator('.progress').waitFor();
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  expect(new URL(page.url()).hash).toBe('#main');
  await page.locator('.ticket').waitFor();
});

it('an order is followed only while its page is in sight', async () => {
  const event = await system.createEvent({ total: 10 });
  const { page, hold, pay } = await newBuyer();
  await page.addInitScript(`Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })`);
  await hold(event.id, 'standard', 1);
  await pay('pm_slow_4000');
  await page.locator('.progress').waitFor();
  let asked = 0;
  page.on('request', (request) => (asked += Number(request.url().endsWith('/status'))));
  await page.waitForTimeout(5_000);
  expect(asked).toBe(0);
  await Promise.all([page.waitForRequest('**/status'), show(page, true)]);
});
