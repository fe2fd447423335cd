import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventOnSale } from '../support/gateway-clients.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

const TEST_MS = 90_000;

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

const shopUrl = (): string => system.services.shop[0]?.url ?? '';
const newBuyer = async () => createBuyer(await browser.newPage({}, 15_000), shopUrl());

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

it('an order is followed to its end, also after the link to its content was used', { timeout: TEST_MS }, async () => {
  const event = await system.createEvent({ total: 10 });
  const { page, hold, pay } = await newBuyer();
  await hold(event.id, 'standard', 1);
  await pay('pm_slow_4000');
  await page.locator('.progress').waitFor();
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  expect(new URL(page.url()).hash).toBe('#main');
  await page.locator('.ticket').waitFor();
});
