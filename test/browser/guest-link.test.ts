import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReceivedMail } from '@box-office/mailbox/message';
import { createMailbox, type Mailbox } from '../support/mailbox.js';
import { openStores } from '../support/search-stores.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
let mailbox: Mailbox;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
  mailbox = createMailbox(system.services.mailbox[0]?.url ?? '');
});
afterAll(() => system?.close());

/** The mail with the link; that of the tickets may come before or after it. */
const linkMailTo = (email: string): Promise<ReceivedMail> =>
  until(async () => {
    const found = (await mailbox.to(email)).find(({ text }) => text.includes('/guest-link?'));
    if (found === undefined) throw new Error(`no link was sent to ${email}`);
    return found;
  }, 20_000);

/** The link that was sent last, which is not used yet. */
const used = new Set<string>();
const takeLink = (email: string): Promise<string> =>
  until(async () => {
    const links = (await mailbox.to(email)).flatMap(({ text }) => /http\S+\/guest-link\S+/.exec(text)?.[0] ?? []);
    const link = links.find((one) => !used.has(one));
    if (link === undefined) throw new Error(`no new link was sent to ${email}`);
    used.add(link);
    return link;
  }, 20_000);

const shopUrl = (): string => system.services.shop[0]?.url ?? '';

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s', (_, javaScriptEnabled) => {
  it('a guest finds the orders in another browser by e-mail, with a link that works once', async () => {
    const email = `zoe.${randomUUID()}@example.com`;
    const event = await system.createEvent({ total: 10 });
    const first = createBuyer(await browser.newPage({ javaScriptEnabled }), shopUrl(), {
      name: 'Zoë Lee',
      email,
    });
    const order = await first.buy(event.id, 'standard', 2);
    await mailbox.first(email);

    const page = await browser.newPage({ javaScriptEnabled });
    await page.goto(shopUrl() + order);
    await page.getByRole('link', { name: 'Find my orders by e-mail' }).click();
    await page.locator('#email').fill('zoe');
    await page.getByRole('button', { name: 'Send me the link' }).click();
    expect(await page.locator('#email-error').innerText()).toContain('Enter an e-mail address');
    await page.locator('#email').fill(email);
    await page.getByRole('button', { name: 'Send me the link' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();

    const mail = await linkMailTo(email);
    expect(mail.text).toContain(event.name);
    const link = /http\S+\/guest-link\S+/.exec(mail.text)?.[0] ?? '';
    // A program that checks mails opens links, and uses nothing up.
    const opened = await fetch(link);
    expect(opened.headers.get('referrer-policy')).toBe('strict-origin');
    expect(opened.headers.get('cache-control')).toBe('no-store');

    await page.goto(link);
    await page.getByRole('button', { name: 'Show my orders' }).click();
    await page.waitForURL('**/orders');
    await page.getByRole('link', { name: `Show the order for ${event.name}` }).click();
    await page.waitForURL('**/orders/*');
    expect(await page.locator('.ticket').count()).toBe(2);

    await page.goto(link);
    await page.getByRole('button', { name: 'Show my orders' }).click();
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    await page.getByRole('button', { name: 'Stop showing them' }).click();
    await page.waitForURL(`${shopUrl()}/`);
    await page.goto(`${shopUrl()}/orders`);
    expect(await page.locator('.order').count()).toBe(0);
  });
});

it('who has signed in is so again after a link was used, and can sign in while its orders are shown', async () => {
  const email = `zoe.${randomUUID()}@example.com`;
  const event = await system.createEvent({ total: 10 });
  const { buy } = createBuyer(await browser.newPage(), shopUrl(), { name: 'Zoë Lee', email });
  await buy(event.id, 'standard', 1);

  const page = await browser.newPage();
  const signIn = page.getByRole('button', { name: 'Sign in as demo buyer' });
  const isSignedIn = () => page.getByText('Signed in as demo buyer').waitFor();
  const useLink = async () => {
    await page.goto(`${shopUrl()}/find-orders`);
    await page.locator('#email').fill(email);
    await page.getByRole('button', { name: 'Send me the link' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    await page.goto(await takeLink(email));
    await page.getByRole('button', { name: 'Show my orders' }).click();
    await page.getByText('Orders found by e-mail').waitFor();
  };
  await page.goto(`${shopUrl()}/sign-in`);
  await signIn.click();
  await isSignedIn();
  await useLink();
  await page.getByRole('button', { name: 'Stop showing them' }).click();
  await isSignedIn();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await useLink();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn.click();
  await isSignedIn();
});

it('what is bought or accepted after a link was used is not of who made the orders behind it', async () => {
  const email = `zoe.${randomUUID()}@example.com`;
  const own = `own.${randomUUID()}@example.com`;
  const event = await system.createEvent({ total: 10, priceMinor: 0 });
  const newBuyer = async (address: string) =>
    createBuyer(await browser.newPage(), shopUrl(), { name: 'Somebody', email: address });
  const [first, giver, reader] = [await newBuyer(email), await newBuyer(own), await newBuyer(own)];
  await first.buy(event.id, 'standard', 1);
  const held = await first.hold(event.id, 'standard', 1);
  const { page } = reader;
  const byLink = page.getByText('Orders found by e-mail');
  const orders = async (on = page): Promise<number> => {
    await on.goto(`${shopUrl()}/orders`);
    return on.locator('.order').count();
  };
  const useLink = async () => {
    await page.goto(`${shopUrl()}/find-orders`);
    await page.locator('#email').fill(email);
    await page.getByRole('button', { name: 'Send me the link' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    await page.goto(await takeLink(email));
    await page.getByRole('button', { name: 'Show my orders' }).click();
    await byLink.waitFor();
  };

  await useLink();
  // What the other one holds is not offered for payment.
  expect(await page.getByRole('link', { name: 'Continue to payment' }).count()).toBe(0);
  expect((await page.goto(shopUrl() + held))?.status()).toBe(404);
  const order = await reader.buy(event.id, 'standard', 1);
  expect(await byLink.count()).toBe(0);
  expect(await orders()).toBe(1);

  await giver.buy(event.id, 'standard', 1);
  await giver.page.getByRole('link', { name: 'Give away' }).click();
  await giver.page.getByRole('button', { name: 'Make a link' }).click();
  const link = await giver.page.getByLabel('Link for the person who gets the ticket').inputValue();
  await useLink();
  await page.goto(link);
  await page.getByRole('button', { name: 'Accept the ticket' }).click();
  await page.waitForURL('**/tickets/*');
  const ticket = page.url();
  expect(await orders()).toBe(2);

  expect(await orders(first.page)).toBe(1);
  for (const path of [shopUrl() + order, ticket]) expect((await first.page.goto(path))?.status()).toBe(404);
});

it('the token of a link is in no store and no log', async () => {
  const stores = await openStores(inject('stack'), system);
  try {
    const email = `zoe.${randomUUID()}@example.com`;
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = createBuyer(await browser.newPage(), shopUrl(), { name: 'Zoë', email });
    await buy(event.id, 'standard', 1);
    await page.goto(`${shopUrl()}/find-orders`);
    await page.locator('#email').fill(email);
    await page.getByRole('button', { name: 'Send me the link' }).click();
    const mail = await linkMailTo(email);
    const token = /guest-link\?token=(\S+)/.exec(mail.text)?.[1] ?? '';
    await page.goto(`${shopUrl()}/guest-link?token=${token}`);
    await page.getByRole('button', { name: 'Show my orders' }).click();
    await page.waitForURL('**/orders');
    const [, secret = ''] = token.split('.');
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await stores.find(secret)).toEqual([]);
    expect(await stores.find(email)).toEqual(['contacts']);
  } finally {
    await stores.close();
  }
});
