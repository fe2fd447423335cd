import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { startServices, type RunningServices } from '@box-office/infra';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  paymentsOf,
  SERVICES_WITH_PAGES,
  startTestSystem,
  validSerials,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

const HOLD_MS = 2_500;

let system: TestSystem;
/** A gateway whose holds last a moment, with a shop. */
let brief: RunningServices;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
  const env = { HOLD_DURATION_MS: String(HOLD_MS) };
  brief = await startServices(inject('stack'), { api: 1, shop: 1 }, { env });
});
afterAll(async () => {
  await brief?.stop();
  await system?.close();
});

const shopUrl = (): string => system.services.shop[0]?.url ?? '';

/** A buyer with a browser of its own. */
async function newBuyer(o: { javaScriptEnabled?: boolean; url?: string } = {}) {
  const { url = shopUrl(), ...options } = o;
  return createBuyer(await browser.newPage(options), url);
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
const purchaseIn = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';
const alertText = (page: Page) => page.locator('[role=alert]').innerText();

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s', (_, javaScriptEnabled) => {
  it('a buyer chooses, holds, pays and has the tickets', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, pay } = await newBuyer({ javaScriptEnabled });
    await page.goto(`${shopUrl()}/events/${event.id}`);
    for (const total of ['EUR 25.00', 'EUR 50.00']) {
      await page.getByRole('button', { name: 'One ticket more' }).click();
      await page.locator('output', { hasText: total.slice(-5) }).waitFor();
    }
    await page.getByRole('button', { name: 'Continue to payment' }).click();
    await page.waitForURL('**/checkout/*');
    expect(await page.locator('.countdown').innerText()).toContain('Held for you until');
    await pay();
    await page.locator('.ticket').first().waitFor();
    expect(await page.locator('.ticket').count()).toBe(2);
    expect(await validSerials(system, event.id)).toHaveLength(2);
    await page.goto(`${shopUrl()}/orders`);
    expect(await page.locator('.order').innerText()).toContain('Confirmed');
  });

  it('a purchase that takes long is followed until it is final', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, hold, pay } = await newBuyer({ javaScriptEnabled });
    await hold(event.id, 'standard', 1);
    await pay('pm_slow_4000');
    await page.locator('.progress').waitFor();
    expect(await heading(page)).toBe('Your order is being completed');
    await page.reload();
    await page.locator('.ticket').waitFor();
    expect(await paymentsOf(purchaseIn(page))).toMatchObject({ captured: 2_500, captures: 1 });
  });

  it('a declined card costs nothing, and another one can be tried', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, hold, pay, tryAgain } = await newBuyer({ javaScriptEnabled });
    await hold(event.id, 'standard', 1);
    await pay('pm_decline_insufficient_funds');
    expect(await alertText(page)).toContain('There is not enough money on the card.');
    await tryAgain();
    await pay('pm_approve');
    await page.locator('.ticket').waitFor();
    expect(await paymentsOf(purchaseIn(page))).toMatchObject({ captured: 2_500, captures: 1 });
  });
});

describe('buying once', () => {
  it.each([
    ['two clicks', true],
    ['two clicks without JavaScript', false],
  ])('%s buy once', async (_, javaScriptEnabled) => {
    const event = await system.createEvent({ total: 10 });
    const { page, hold, fillIn } = await newBuyer({ javaScriptEnabled });
    await hold(event.id, 'standard', 1);
    await fillIn();
    await page.locator('.button.wide').dblclick();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toHaveLength(1);
    expect(await paymentsOf(purchaseIn(page))).toMatchObject({ captures: 1 });
  });

  it('reload and back at each step lead to where the purchase is', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, choose, pay } = await newBuyer();
    await choose(event.id, 'standard', 1);
    await page.locator('.event-box .button.wide').click();
    await page.waitForURL('**/checkout/*');
    const checkout = page.url();
    await page.reload();
    expect(page.url()).toBe(checkout);
    await page.goBack();
    await page.locator('input[name="quantity.standard"]').fill('1');
    await page.locator('.event-box .button.wide').click();
    await page.waitForURL('**/checkout/*');
    expect(page.url()).toBe(checkout);
    await pay();
    await page.locator('.ticket').waitFor();
    const order = page.url();
    await page.reload();
    await page.locator('.ticket').waitFor();
    await page.goBack();
    await page.goto(checkout);
    expect(page.url()).toBe(order);
    expect(await validSerials(system, event.id)).toHaveLength(1);
  });

  it('the payment form of a second tab leads to the same purchase', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, hold, pay, fillIn } = await newBuyer();
    const path = await hold(event.id, 'standard', 1);
    const second = await page.context().newPage();
    await second.goto(shopUrl() + path);
    await fillIn(second);
    await pay();
    await page.locator('.ticket').waitFor();
    await second.locator('.button.wide').click();
    await second.locator('.ticket').waitFor();
    expect(purchaseIn(second)).toBe(purchaseIn(page));
    expect(await validSerials(system, event.id)).toHaveLength(1);
  });

  it('of two buyers who want the last ticket one gets it, and the other is told at once', async () => {
    const event = await system.createEvent({ total: 1 });
    const [ann, ben] = [await newBuyer(), await newBuyer()];
    await ann.choose(event.id, 'standard', 1);
    await ben.choose(event.id, 'standard', 1);
    await ann.page.locator('.event-box .button.wide').click();
    await ann.page.waitForURL('**/checkout/*');
    await ben.page.locator('.event-box .button.wide').click();
    await ben.page.locator('.message', { hasText: 'Sold out' }).first().waitFor();
    await ann.pay();
    await ann.page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toHaveLength(1);
  });
});

describe('what the pages say', () => {
  it('is that the time is over, when the hold ends on the payment page', async () => {
    const event = await system.createEvent({ total: 1 });
    const { page, hold } = await newBuyer({ url: brief.shop[0]?.url ?? '' });
    await hold(event.id, 'standard', 1);
    // As after a link to a field that was wrong.
    await page.evaluate("location.hash = 'email'");
    await page.getByRole('heading', { level: 1, name: 'Your reservation has expired' }).waitFor();
    expect(await page.locator('main').innerText()).toContain('Nothing was charged.');
  });

  it('is that the terms apply, beside the button that pays, and the form stays as it is', async () => {
    const event = await system.createEvent({ total: 1 });
    const { page, hold } = await newBuyer();
    await hold(event.id, 'standard', 1);
    await page.locator('#name').fill('Ann Lee');
    const terms = page.locator('form', { has: page.locator('.button.wide') }).getByRole('link');
    expect(await terms.innerText()).toBe('terms and conditions (opens in a new tab)');
    const [opened] = await Promise.all([page.waitForEvent('popup'), terms.click()]);
    expect(await heading(opened)).toBe('Terms and conditions');
    expect(await page.locator('#name').inputValue()).toBe('Ann Lee');
  });

  it('is what is refunded, before an order is cancelled and after it', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer();
    await buy(event.id, 'standard', 2);
    const id = purchaseIn(page);
    await page.getByRole('link', { name: 'Cancel this order' }).click();
    expect(await page.locator('.refund').innerText()).toContain('50.00');
    await page.getByRole('button', { name: /Cancel and refund/ }).click();
    await page.getByRole('heading', { name: 'This order is cancelled' }).waitFor();
    expect(await paymentsOf(id)).toMatchObject({ captured: 5_000, refunded: 5_000 });
    expect(await validSerials(system, event.id)).toEqual([]);
  });

  it('is what is refunded for the tickets that are chosen, by the rules of the event, and what the receipts state', async () => {
    const event = await system.createEvent({ total: 10, priceMinor: 4_500 });
    const rules = { purchaseFee: { priceMinor: 200 }, refundRules: { keepsFees: true, withheldPpm: 100_000 } };
    expect((await system.call('PATCH', `/api/events/${event.id}`, { body: rules })).status).toBe(200);
    const { page, choose, hold, pay } = await newBuyer();
    await choose(event.id, 'standard', 2);
    expect(await page.locator('[data-total]').innerText()).toContain('92.00');
    expect(await page.locator('.facts').innerText()).toContain('Not refunded: the fees and 10% of each price.');
    await hold(event.id, 'standard', 2);
    expect(await page.locator('.table').innerText()).toMatch(/Fee per order\s+EUR.2\.00/);
    await pay();
    await page.locator('.ticket').first().waitFor();
    const id = purchaseIn(page);

    await page.getByRole('link', { name: 'Cancel this order' }).click();
    expect(await page.locator('.refund').innerText()).toContain('81.00');
    await page.locator('input[name=ticket]').first().uncheck();
    // The button says what was shown for both: nothing is cancelled for another amount.
    await page.getByRole('button', { name: /Cancel and refund/ }).click();
    await page.getByRole('heading', { name: 'The amount has changed' }).waitFor();
    expect(await page.locator('.refund').innerText()).toContain('40.50');
    await page.getByRole('button', { name: /Cancel and refund EUR.40\.50/ }).click();
    await page.locator('.ticket').first().waitFor();
    expect(await paymentsOf(id)).toMatchObject({ captured: 9_200, refunded: 4_050 });

    await page.goto(`${shopUrl()}/orders/${id}/receipts`);
    await until(async () => {
      await page.reload();
      expect(await page.locator('.receipt').count()).toBe(2);
    });
    expect(await page.locator('.receipt tfoot').allInnerTexts()).toEqual([
      expect.stringMatching(/^Total EUR\s.*\s92\.00$/s),
      expect.stringMatching(/^Total EUR\s.*\s-40\.50$/s),
    ]);
  });

  it('is what is left at this moment, and since when it is not known', async () => {
    const event = await system.createEvent({ total: 6 });
    const { page } = await newBuyer();
    await page.goto(`${shopUrl()}/events/${event.id}`);
    await page.getByText('Availability is live.').waitFor();
    await system.buy({ eventId: event.id, quantity: 4 });
    await page.locator('.event-box .badge', { hasText: 'Last 2 tickets' }).waitFor();
    await system.services.api[0]?.kill();
    try {
      await page.getByText(/Not live since \d\d:\d\d, retrying/).waitFor();
    } finally {
      await system.services.api[0]?.start();
    }
    await page.getByText('Availability is live.').waitFor();
  });

  it('is beside the field that is wrong, with a link on top', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, choose } = await newBuyer({ javaScriptEnabled: false });
    await choose(event.id, 'standard', 0);
    await page.locator('.event-box .button.wide').click();
    await page.locator('[role=alert] a', { hasText: 'Choose at least one ticket.' }).click();
    expect(await page.locator('#quantity-0').getAttribute('aria-describedby')).toBe('quantity-0-error');
    expect(await page.locator('#quantity-0-error').innerText()).toBe('Choose at least one ticket.');
  });
});

describe('safety', () => {
  it('another browser sees neither hold nor order', async () => {
    const event = await system.createEvent({ total: 10 });
    const [ann, ben] = [await newBuyer(), await newBuyer()];
    const checkout = await ann.hold(event.id, 'standard', 1);
    await ann.pay();
    await ann.page.locator('.ticket').waitFor();
    await ben.page.goto(`${shopUrl()}/events/${event.id}`);
    for (const path of [checkout, new URL(ann.page.url()).pathname]) {
      expect((await ben.page.goto(shopUrl() + path))?.status()).toBe(404);
    }
  });

  it('a form of another site does nothing', async () => {
    const event = await system.createEvent({ total: 10 });
    const send = (headers: Record<string, string>) =>
      fetch(`${shopUrl()}/events/${event.id}/hold`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ key: randomUUID(), 'quantity.standard': '1' }),
      });
    expect((await send({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await send({ origin: shopUrl() })).status).toBe(303);
  });

  it('a cookie that was changed is no session', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer();
    await buy(event.id, 'standard', 1);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: 'session', httpOnly: true, sameSite: 'Lax' });
    const forged = (cookie?.value ?? '').replace(/^guest-[\w-]{36}\./, (guest) => `${guest}demo-buyer`);
    const status = async (value: string) =>
      (await fetch(page.url(), { headers: { cookie: `session=${value}` } })).status;
    expect(await status(cookie?.value ?? '')).toBe(200);
    expect(await status(forged)).toBe(404);
  });
});
