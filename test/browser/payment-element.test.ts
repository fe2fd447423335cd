import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { paymentsOf, startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

/** Stripe's test cards. */
const WORKS = '4242 4242 4242 4242';
const WITHOUT_MONEY = '4000 0000 0000 9995';
const ASKS = '4000 0027 6000 3184';

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  const counts = { api: 1, worker: 1, auditConsumer: 1, shop: 1 };
  system = await startTestSystem(counts, {
    SHOP_TEST_PAYMENTS: 'false',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_simulator',
    STRIPE_SECRET_KEY: 'sk_test_simulator',
    STRIPE_JS_URL: `${inject('stack').paymentUrl}/stripe.js`,
  });
});
afterAll(() => system?.close());

/** A buyer on the payment step who holds one of two tickets, and what the browser has refused to load. */
async function atThePayment(o: { javaScriptEnabled?: boolean } = {}) {
  const event = await system.createEvent({ total: 2 });
  const page = await browser.newPage(o);
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  const buyer = createBuyer(page, system.services.shop[0]?.url ?? '');
  await buyer.hold(event.id, 'standard', 1);
  await buyer.fillIn();
  return { ...buyer, event, refused };
}

async function payWith(page: Page, card: string): Promise<void> {
  await page.frameLocator('[data-place] iframe').getByLabel('Card number').fill(card);
  await page.locator('.button.wide').click();
}

const purchaseIdOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

describe('with Stripe’s Payment Element a buyer', () => {
  it('pays with a card that only the provider’s frame knows, once, though the button is clicked twice', async () => {
    const { page, event, refused } = await atThePayment();
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url() + request.postData()));
    await page.frameLocator('[data-place] iframe').getByLabel('Card number').fill(WORKS);
    await page.locator('.button.wide').dblclick();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
    expect(await paymentsOf(purchaseIdOf(page))).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
    const shop = new URL(page.url()).origin;
    expect(sent.filter((request) => request.startsWith(shop)).join()).not.toContain('4242');
    expect(refused).toEqual([]);
  });

  it('is told beside the form that the number is incomplete, and can correct it', async () => {
    const { page, event } = await atThePayment();
    await payWith(page, '4242');
    await page.getByText('Your card number is incomplete.').waitFor();
    expect(await validSerials(system, event.id)).toEqual([]);
    await payWith(page, WORKS);
    await page.locator('.ticket').waitFor();
  });

  it('whose card is declined pays with another one for the tickets that are held', async () => {
    const { page, event } = await atThePayment();
    await payWith(page, WITHOUT_MONEY);
    await page.getByText('There is not enough money on the card.').waitFor();
    await payWith(page, WORKS);
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
  });

  it('who forgets the name corrects that alone: the card is known already', async () => {
    const { page, event } = await atThePayment();
    await page.locator('input[name=name]').fill('');
    await payWith(page, WORKS);
    await page.getByText('Your payment details are entered already.').waitFor();
    await page.locator('input[name=name]').fill('Ann Lee');
    await page.locator('.button.wide').click();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
  });

  it('confirms with the bank without leaving the shop', async () => {
    const { page, event } = await atThePayment();
    await payWith(page, ASKS);
    await page.frameLocator('iframe[title="Bank"]').getByRole('button', { name: 'Complete authentication' }).click();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
  });

  it('whose confirmation fails pays with another card', async () => {
    const { page, event } = await atThePayment();
    await payWith(page, ASKS);
    await page.frameLocator('iframe[title="Bank"]').getByRole('button', { name: 'Fail authentication' }).click();
    await page.getByRole('link', { name: 'Try another way to pay' }).click();
    await payWith(page, WORKS);
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
  });

  it('without JavaScript is told that this step needs it', async () => {
    const { page } = await atThePayment({ javaScriptEnabled: false });
    expect(await page.locator('.message h2').innerText()).toBe('Paying here needs JavaScript');
    expect(await page.locator('.button.wide').isVisible()).toBe(false);
  });
});

it('is told if the provider’s form does not load, and that nothing was charged', async () => {
  const event = await system.createEvent({ total: 2 });
  const page = await browser.newPage();
  await page.route('**/stripe.js', (route) => route.abort());
  await createBuyer(page, system.services.shop[0]?.url ?? '').hold(event.id, 'standard', 1);
  const failed = page.getByText('The payment form could not be loaded. Nothing was charged.');
  await failed.waitFor();
  const form = createBuyer(page, system.services.shop[0]?.url ?? '');
  await form.pay();
  await page.locator('.button.wide[aria-disabled=false]').waitFor();
  expect([await failed.isVisible(), await page.getByText('needs JavaScript').count()]).toEqual([true, 0]);
});

it('lets no other page load anything from the provider', async () => {
  const url = system.services.shop[0]?.url ?? '';
  const policyOf = async (path: string) => (await fetch(url + path)).headers.get('content-security-policy');
  expect(await policyOf('/')).toBe(
    "default-src 'none'; script-src 'self'; img-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; " +
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
});
