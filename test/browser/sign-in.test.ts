import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { freePort, startServices, type RunningServices } from '@box-office/infra';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { findingsOn, type Finding } from './accessibility-findings.js';
import { createOpenIdProvider, signInAtProvider, type OpenIdProvider } from './openid-provider.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
let shop: RunningServices;
let provider: OpenIdProvider;
let url: string;
const browser = useBrowser();

beforeAll(async () => {
  const ports = [await freePort(), await freePort()] as const;
  url = `http://127.0.0.1:${ports[0]}`;
  provider = createOpenIdProvider({ port: ports[1], service: 'SHOP', serviceUrl: url });
  system = await startTestSystem();
  // The shop starts without its provider.
  const takePort = (title: string) => (title === 'shop' ? Promise.resolve(ports[0]) : freePort());
  shop = await startServices(inject('stack'), { api: 1, shop: 1 }, { env: provider.settings, takePort });
  await provider.listen();
  await signInAnswers(200);
});
afterAll(async () => {
  await provider?.close();
  await shop?.stop();
  await system?.close();
});

/** The shop takes an answer of the provider, or its absence, for granted for some seconds. */
const signInAnswers = (status: 200 | 503): Promise<void> =>
  until(async () => expect((await fetch(`${url}/sign-in`)).status).toBe(status));

let people = 0;
/** A name that could be an e-mail address, as with some providers. */
const newName = (): string => `person-${(people += 1)}@mail.example`;

async function newDevice(o: { javaScriptEnabled?: boolean; locale?: string; colorScheme?: 'light' | 'dark' } = {}) {
  const page = await browser.newPage(o);
  // The provider's pages would load a font from there.
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort());
  return { ...createBuyer(page, url), goto: (path: string) => page.goto(url + path) };
}

async function signInUpToCallback(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: /^Sign in/ }).click();
  await page.getByRole('link', { name: 'Continue with Example ID' }).click();
  await signInAtProvider(page, name);
}

/** From the page on which the buyer is, back to where the shop leads. */
async function signIn(page: Page, name: string): Promise<void> {
  await signInUpToCallback(page, name);
  await page.waitForURL(`${url}/**`);
}

/** A device whose buyer is about to come back from the provider to an address of the shop. */
async function begun(name: string) {
  const device = await newDevice();
  const callback = provider.nextCallback();
  await device.goto('/');
  await signInUpToCallback(device.page, name);
  return { ...device, callback: await callback };
}

const isSignedIn = (page: Page) => page.getByText('Signed in', { exact: true }).isVisible();
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
const pathOf = (page: Page) => page.url().slice(url.length);
const alertText = (page: Page) => page.locator('[role=alert]').innerText();

describe('while the provider is unavailable', () => {
  it('the shop sells to guests, says so, and offers to sign in when it is back', async () => {
    await provider.close();
    try {
      await signInAnswers(503);
      const event = await system.createEvent({ total: 5 });
      const { page, buy, goto } = await newDevice();
      await buy(event.id, 'standard', 1);
      await goto('/sign-in');
      expect(await page.locator('.message').innerText()).toContain('Example ID does not answer at the moment');
      expect(await findingsOn(page, 'sign-in without its provider')).toEqual([]);
    } finally {
      await provider.listen();
    }
    await signInAnswers(200);
  });

  it('a sign-in that has begun fails, and says what to do', async () => {
    const { page, callback } = await begun(newName());
    await provider.close();
    try {
      await page.goto(callback);
      expect(await alertText(page)).toContain('Try again in a minute, or buy as a guest.');
      expect(await isSignedIn(page)).toBe(false);
    } finally {
      await provider.listen();
      await signInAnswers(200);
    }
  });
});

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s a buyer', (_, javaScriptEnabled) => {
  it('signs in, comes back to the page, has the same orders on two devices, and signs out at both ends', async () => {
    const event = await system.createEvent({ total: 5 });
    const name = newName();
    const first = await newDevice({ javaScriptEnabled });
    await first.goto(`/events/${event.id}`);
    await signIn(first.page, name);
    expect(pathOf(first.page)).toBe(`/events/${event.id}`);
    expect(await isSignedIn(first.page)).toBe(true);
    const order = await first.buy(event.id, 'standard', 1);

    const second = await newDevice({ javaScriptEnabled });
    await second.goto('/orders');
    await signIn(second.page, name);
    expect(await second.page.locator('.order h3 a').getAttribute('href')).toBe(order);
    await second.page.getByRole('button', { name: 'Sign out' }).click();
    await second.page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await second.page.waitForURL(`${url}/`);
    expect((await second.goto(order))?.status()).toBe(404);
    // The provider asks again who it is.
    await signIn(second.page, newName());
    await second.goto('/orders');
    expect(await second.page.locator('.order').count()).toBe(0);
  });

  it('who signs in on the payment step pays for the tickets held, within the same time, and has the order everywhere', async () => {
    const event = await system.createEvent({ total: 5 });
    const name = newName();
    const { page, hold, pay } = await newDevice({ javaScriptEnabled });
    const guests = await hold(event.id, 'standard', 2);
    const until = await page.locator('.countdown').innerText();
    await signIn(page, name);
    expect(pathOf(page)).toMatch(/^\/checkout\//);
    expect(pathOf(page)).not.toBe(guests);
    expect((await page.locator('.countdown').innerText()).slice(0, 25)).toBe(until.slice(0, 25));
    const { rows } = await system.pool.query('select status, user_id from ticket_holds where event_id = $1', [
      event.id,
    ]);
    expect(rows).toContainEqual({ status: 'released', user_id: expect.stringMatching(/^guest-/) as string });
    expect(rows).toContainEqual({ status: 'active', user_id: expect.stringMatching(/^oidc-[\w-]{43}$/) as string });
    const buyers = pathOf(page);
    await page.goto(url + guests);
    expect(pathOf(page)).toBe(buyers);
    await pay();
    await page.locator('.ticket').first().waitFor();
    const other = await newDevice({ javaScriptEnabled });
    await other.goto(pathOf(page));
    expect(await heading(other.page)).toBe('This order is not yours, or does not exist');
    await signIn(other.page, name);
    await other.page.goto(page.url());
    expect(await other.page.locator('.ticket').count()).toBe(2);
  });
});

describe('what a guest has done', () => {
  it('is paid as a guest if the last tickets cannot be moved, and found by who has signed in in that browser', async () => {
    const event = await system.createEvent({ total: 1 });
    const { page, hold, pay, goto } = await newDevice();
    const guests = await hold(event.id, 'standard', 1);
    await signIn(page, newName());
    expect(pathOf(page)).toBe(guests);
    expect(await page.locator('.message').innerText()).toContain('This order stays in this browser');
    await pay();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
    const order = pathOf(page).split('?')[0];
    await goto('/orders');
    expect(await page.locator('.order').count()).toBe(0);
    await page.getByRole('link', { name: 'Orders made as a guest in this browser' }).click();
    expect(await page.locator('.order h3 a').getAttribute('href')).toBe(order);
  });
});

describe('refused is', () => {
  it('what the buyer does not agree to: a calm page, and nothing has changed', async () => {
    const { page, goto } = await newDevice();
    await goto('/orders');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await page.getByRole('link', { name: /Cancel/ }).click();
    expect(await alertText(page)).toContain('You did not sign in');
    expect(await isSignedIn(page)).toBe(false);
    expect(new URL(page.url()).searchParams.has('state')).toBe(false);
  });

  it.each([
    ['with another state', (address: URL) => address.searchParams.set('state', 'x'.repeat(43))],
    ['without a state', (address: URL) => address.searchParams.delete('state')],
  ])('an answer %s', async (_, forge) => {
    const { page, callback } = await begun(newName());
    const forged = new URL(callback);
    forge(forged);
    await page.goto(forged.href);
    expect(await alertText(page)).toContain('This sign-in can no longer be completed');
    expect(await isSignedIn(page)).toBe(false);
    // The true answer is not lost by that.
    await page.goto(callback);
    expect(await isSignedIn(page)).toBe(true);
  });

  it('the answer to a sign-in of another browser', async () => {
    const attacker = await begun(newName());
    const { page } = await newDevice();
    await page.goto(attacker.callback);
    expect(await alertText(page)).toContain('This sign-in can no longer be completed');
    expect(await isSignedIn(page)).toBe(false);
  });

  it('an answer that comes twice, and a code that was used, although the browser still has what it began with', async () => {
    const { page, goto, callback } = await begun(newName());
    const cookies = await page.context().cookies();
    await page.goto(callback);
    expect(await isSignedIn(page)).toBe(true);
    await page.context().clearCookies({ name: 'session' });
    await page.goto(callback);
    expect(await alertText(page)).toContain('This sign-in can no longer be completed');
    await page.context().addCookies(cookies.filter((cookie) => cookie.name === 'sign-in'));
    await page.goto(callback);
    expect(await alertText(page)).toContain('This sign-in can no longer be completed');
    await goto('/');
    expect(await isSignedIn(page)).toBe(false);
  });

  it('an ID token with another signature', async () => {
    const { page, callback } = await begun(newName());
    provider.spoilNextSignature();
    await page.goto(callback);
    expect(await alertText(page)).toContain('Signing in did not work');
    expect(await isSignedIn(page)).toBe(false);
  });

  it.each(['https://evil.example/', '//evil.example/'])('a way back to %s', async (back) => {
    const { page, goto } = await newDevice();
    await goto(`/sign-in/provider?back=${encodeURIComponent(back)}`);
    await signInAtProvider(page, newName());
    await page.waitForURL(`${url}/`);
    expect(await isSignedIn(page)).toBe(true);
  });
});

describe('axe finds nothing on the pages of the sign-in', () => {
  it.each([
    ['light', 'en'],
    ['dark', 'de'],
  ] as const)('in the %s theme, in %s', async (colorScheme, locale) => {
    const event = await system.createEvent({ total: 1 });
    const { page, hold, goto } = await newDevice({ colorScheme, locale });
    const findings: Finding[] = [];
    const check = async (name: string): Promise<void> => void findings.push(...(await findingsOn(page, name)));
    for (const path of ['/sign-in', '/sign-in?failed=denied', '/sign-in?failed=expired']) {
      await goto(path);
      await check(path);
    }
    const checkout = await hold(event.id, 'standard', 1);
    await check('payment of a guest');
    await goto(`/sign-in/provider?back=${checkout}`);
    await signInAtProvider(page, newName());
    await page.waitForURL(url + checkout);
    await check('payment as a guest');
    for (const path of ['/sign-in', '/orders', '/orders?guest']) {
      await goto(path);
      await check(path);
    }
    expect(findings).toEqual([]);
  });
});

it('no code, token or name of the provider is in a log, in a cookie, or in the database', async () => {
  const name = newName();
  const { page, goto } = await newDevice();
  await goto('/orders');
  await signIn(page, name);
  const { dir } = inject('stack');
  const logs = readdirSync(`${dir}/logs`).filter((file) => /shop|api|worker/.test(file));
  const texts = logs.map((file) => readFileSync(`${dir}/logs/${file}`, 'utf8'));
  expect(texts.join()).toContain('the identity provider is unavailable');
  const { rows } = await system.pool.query('select user_id from ticket_holds union select user_id from event_tickets');
  const kept = [...texts, JSON.stringify(rows), JSON.stringify(await page.context().cookies(url))].join();
  expect(provider.secrets.length).toBeGreaterThan(10);
  for (const secret of [...provider.secrets, name, 'mail.example']) expect(kept).not.toContain(secret);
});
