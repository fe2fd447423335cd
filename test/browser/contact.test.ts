import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICES_WITH_PAGES, startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

async function newBuyer(javaScriptEnabled: boolean) {
  const contact = { name: 'Zoë Lee', email: `zoe.${randomUUID()}@example.com` };
  const page = await browser.newPage({ javaScriptEnabled });
  return { contact, ...createBuyer(page, system.services.shop[0]?.url ?? '', contact) };
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s', (_, javaScriptEnabled) => {
  it('a guest is told beside the field what is missing or wrong, and nothing is bought', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, hold } = await newBuyer(javaScriptEnabled);
    await hold(event.id, 'standard', 1);
    for (const [field, autocomplete] of [
      ['name', 'name'],
      ['email', 'email'],
    ]) {
      expect(await page.locator(`#${field}`).getAttribute('autocomplete')).toBe(autocomplete);
    }
    await page.locator('#email').fill('zoe@example');
    await page.locator('.button.wide').click();
    await page.locator('[role=alert] a', { hasText: 'Enter your name.' }).click();
    expect(await page.locator('#name').getAttribute('aria-describedby')).toBe('name-error');
    expect(await page.locator('#email-error').innerText()).toContain('Enter an e-mail address');
    expect(await page.locator('#email').inputValue()).toBe('zoe@example');
    expect(await validSerials(system, event.id)).toEqual([]);
  });

  it('what a buyer gave is kept over a declined payment, and there for the next purchase', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, contact, hold, pay, tryAgain, choose } = await newBuyer(javaScriptEnabled);
    const expectKept = async () => {
      expect(await page.locator('#name').inputValue()).toBe(contact.name);
      expect(await page.locator('#email').inputValue()).toBe(contact.email);
    };
    const checkout = await hold(event.id, 'standard', 1);
    await pay('pm_decline_insufficient_funds');
    await tryAgain();
    await expectKept();
    // Where the page of an order leads whose payment was declined.
    await page.goto(new URL(checkout, page.url()).href);
    await expectKept();
    await pay('pm_approve');
    await page.locator('.ticket').waitFor();
    await choose(event.id, 'standard', 1);
    await hold(event.id, 'standard', 1);
    await expectKept();
  });
});

it('a buyer who is signed in may leave both out, and gets no mail after emptying them', async () => {
  const event = await system.createEvent({ total: 10 });
  const { page, hold, buy } = await newBuyer(true);
  await page.goto(`${system.services.shop[0]?.url ?? ''}/sign-in`);
  await page.getByRole('button', { name: 'Sign in as demo buyer' }).click();
  await page.waitForURL('**/orders');
  const empty = async () => {
    for (const field of ['name', 'email']) await page.locator(`#${field}`).fill('');
    await page.locator('.button:not(.hidden)').first().click();
  };
  const hasNone = () => page.getByText('You have given no e-mail address.').waitFor();
  await buy(event.id, 'standard', 1);
  await page.getByRole('link', { name: 'Change the address' }).click();
  await empty();
  await hasNone();
  await buy(event.id, 'standard', 1);
  await hold(event.id, 'standard', 1);
  await empty();
  await page.locator('.ticket').waitFor();
  await hasNone();
  await hold(event.id, 'standard', 1);
  expect(await page.locator('#email').getAttribute('required')).toBeNull();
  await page.locator('.button.wide').click();
  await page.locator('.ticket').waitFor();
});
