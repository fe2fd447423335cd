import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventOnSale } from '../support/gateway-clients.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

/** As many connections as a browser keeps to one host. */
const MAX_CONNECTIONS = 6;

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
