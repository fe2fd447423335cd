import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type Mailbox } from '../support/mailbox.js';
import { until } from '../support/until.js';
import { paymentsOf, SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { readQrCode } from './read-qr-code.js';
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

const shopUrl = (): string => system.services.shop[0]?.url ?? '';

async function newBuyer(
  o: { javaScriptEnabled?: boolean } = {},
  contact?: Parameters<typeof createBuyer>[2],
): Promise<ReturnType<typeof createBuyer>> {
  return createBuyer(await browser.newPage(o), shopUrl(), contact);
}
type Buyer = Awaited<ReturnType<typeof newBuyer>>;

/** Makes a link for the first ticket of the order that is shown. */
async function giveAway({ page }: Buyer): Promise<string> {
  await page.getByRole('link', { name: 'Give away ticket no. 1' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  return page.getByLabel('Link for the person who gets the ticket').inputValue();
}

/** Accepts the ticket of a link. */
async function accept({ page, fillIn }: Buyer, link: string, shownAt: RegExp = /\/tickets\/[\w-]+$/): Promise<void> {
  await page.goto(link);
  await fillIn();
  await page.getByRole('button', { name: 'Accept the ticket' }).click();
  await page.waitForURL(shownAt);
}

/** What a scanner reads from the codes on the page. */
const codesOn = async (page: Page): Promise<string[]> =>
  Promise.all((await page.locator('svg.qr-code').all()).map(readQrCode));

async function pdfOf(page: Page, name = 'tickets.pdf'): Promise<{ status: number; type: string; text: string }> {
  const [cookie] = await page.context().cookies();
  const headers = { cookie: `session=${cookie?.value ?? ''}` };
  const { origin, pathname } = new URL(page.url());
  const response = await fetch(`${origin}${pathname}/${name}`, { headers, redirect: 'manual' });
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return { status: response.status, type: response.headers.get('content-type') ?? '', text };
}

describe('the tickets of an order', () => {
  it('have codes that a scanner reads, without JavaScript too', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer({ javaScriptEnabled: false });
    const id = (await buy(event.id, 'standard', 2)).split('/').at(-1) ?? '';
    const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path: { id } } });
    const codes = data?.tickets.map(({ code }) => code) ?? [];
    expect(codes).toHaveLength(2);
    expect(await codesOn(page)).toEqual(codes);
    expect(await page.getByRole('img', { name: 'QR code of the ticket standard, no. 1' }).count()).toBe(1);
  });

  it('can be printed: a page for each, with its fonts', async () => {
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer();
    await buy(event.id, 'standard', 3);
    const { status, type, text } = await pdfOf(page);
    expect([status, type]).toEqual([200, 'application/pdf']);
    expect(text.match(/\/Type \/Page\n/g)).toHaveLength(3);
    expect(text).toContain(`(${event.name})`);
    expect(text.match(/\/FontFile2/g)).toHaveLength(2);
  });

  it('are given away by a link, without JavaScript: the code changes, and only the receiver sees it', async () => {
    const event = await system.createEvent({ total: 10 });
    const [ann, ben] = [await newBuyer({ javaScriptEnabled: false }), await newBuyer({ javaScriptEnabled: false })];
    const order = await ann.buy(event.id, 'standard', 1);
    const [codeOfAnn] = await codesOn(ann.page);
    const link = await giveAway(ann);

    await ben.page.goto(link);
    expect(await ben.page.getByRole('heading', { name: event.name }).count()).toBe(1);
    await ann.page.goto(new URL(order, link).href);
    expect(await codesOn(ann.page)).toEqual([codeOfAnn]);

    await accept(ben, link);
    const [codeOfBen] = await codesOn(ben.page);
    expect(codeOfBen).toMatch(/^[0-9A-Z]{100,}$/);
    expect(codeOfBen).not.toBe(codeOfAnn);
    await ann.page.reload();
    expect(await codesOn(ann.page)).toEqual([]);
    expect(await ann.page.getByText('Given to someone else').count()).toBe(1);
    expect(await ann.page.locator('.lead').innerText()).toBe('1 ticket, paid and given away.');
    expect(await ann.page.getByRole('link', { name: 'Cancel this order' }).count()).toBe(0);
    expect(await ann.page.getByRole('heading', { name: 'Tickets by e-mail' }).count()).toBe(0);

    await ben.page.goto(new URL('/orders', link).href);
    expect(await ben.page.getByRole('heading', { name: 'Given to you' }).count()).toBe(1);
    const { page: other } = await newBuyer();
    await other.goto(link);
    expect(await other.getByRole('heading', { name: 'This link no longer works' }).count()).toBe(1);
  });

  it('are given away by a link that a button copies', async () => {
    const event = await system.createEvent({ total: 10 });
    const ann = await newBuyer();
    await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ann.buy(event.id, 'standard', 1);
    const link = await giveAway(ann);
    await ann.page.getByRole('button', { name: 'Copy the link' }).click();
    await ann.page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await ann.page.evaluate('navigator.clipboard.readText()')).toBe(link);
  });

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('are mailed to who accepts them, and found by that address in another browser, %s', async (_, isOn) => {
    const email = `ben.${randomUUID()}@example.com`;
    const event = await system.createEvent({ total: 10 });
    const ann = await newBuyer({ javaScriptEnabled: isOn });
    const ben = await newBuyer({ javaScriptEnabled: isOn }, { name: 'Ben Gray', email });
    await ann.buy(event.id, 'standard', 2);
    const link = await giveAway(ann);
    await ben.page.goto(link);
    await ben.page.getByRole('button', { name: 'Accept the ticket' }).click();
    expect(await ben.page.locator('#email-error').innerText()).toContain('Enter an e-mail address');
    await accept(ben, link);
    const ticket = new URL(ben.page.url()).pathname;
    const { status, type, text } = await pdfOf(ben.page, 'ticket.pdf');
    expect([status, type, text.match(/\/Type \/Page\n/g)?.length]).toEqual([200, 'application/pdf', 1]);

    const mail = await mailbox.first(email);
    expect(mail.text).toContain(`${shopUrl()}${ticket}`);
    expect(mail.text).not.toMatch(/Paid|Order number/);
    expect((await mailbox.attachment(mail, 0)).match(/\/Type \/Page\n/g)).toHaveLength(1);
    await until(async () => {
      await ben.page.reload();
      expect(await ben.page.getByText(`Your tickets were sent to ${email}.`).count()).toBe(1);
    });
    await ben.page.getByRole('button', { name: 'Send the tickets again' }).click();
    await expect.poll(async () => (await mailbox.to(email)).length, { timeout: 20_000 }).toBe(2);
    const found = await system.call('POST', `/api/events/${event.id}/tickets/search`, { body: { text: 'ben gray' } });
    expect(found.body).toMatchObject({ tickets: [{ serial: 1, nameOf: 'holder', name: 'Ben Gray' }] });

    const { page } = await newBuyer({ javaScriptEnabled: isOn });
    await page.goto(shopUrl() + ticket);
    await page.getByRole('link', { name: 'Find my orders by e-mail' }).click();
    await page.locator('#email').fill(email);
    await page.getByRole('button', { name: 'Send me the link' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    const guestLink = await until(async () => {
      const linkMail = (await mailbox.to(email)).find((one) => one.text.includes('/guest-link?'));
      if (linkMail === undefined) throw new Error(`no link was sent to ${email}`);
      expect(linkMail.text).toContain(event.name);
      return /http\S+\/guest-link\S+/.exec(linkMail.text)?.[0] ?? '';
    }, 20_000);
    await page.goto(guestLink);
    await page.getByRole('button', { name: 'Show my orders' }).click();
    await page.waitForURL('**/orders');
    await page.getByRole('link', { name: event.name }).click();
    await page.waitForURL(`**${ticket}`);
    expect(await codesOn(page)).toEqual(await codesOn(ben.page));
  });

  it('are mailed to another address once their holder changes it', async () => {
    const [wrong, right] = [`refused.${randomUUID()}@example.com`, `ben.${randomUUID()}@example.com`];
    const event = await system.createEvent({ total: 10 });
    const [ann, ben] = [await newBuyer(), await newBuyer({}, { name: 'Ben Gray', email: wrong })];
    await ann.buy(event.id, 'standard', 1);
    await accept(ben, await giveAway(ann));
    const ticket = ben.page.url();
    await until(async () => {
      await ben.page.reload();
      expect(await ben.page.locator('main').innerText()).toContain(
        `The mail server of ${wrong} does not take our mail.`,
      );
    });
    await ben.page.getByRole('link', { name: 'Change the address' }).click();
    await ben.page.locator('#email').fill(right);
    await ben.page.getByRole('button', { name: 'Save and send the tickets' }).click();
    await ben.page.waitForURL(`${ticket}#mail`);
    expect((await mailbox.first(right)).attachments).toHaveLength(2);
  });

  it('are not taken over by a browser that keeps no cookie', async () => {
    const event = await system.createEvent({ total: 10 });
    const ann = await newBuyer();
    const order = await ann.buy(event.id, 'standard', 1);
    const [code] = await codesOn(ann.page);
    const link = await giveAway(ann);
    const form = { code: new URL(link).searchParams.get('code') ?? '', name: 'Ben', email: 'ben@example.com' };
    const headers = { origin: shopUrl() };
    const body = new URLSearchParams(form);
    const answer = await fetch(`${shopUrl()}/transfer`, { method: 'POST', headers, body, redirect: 'manual' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('this browser kept no cookie');
    await ann.page.goto(shopUrl() + order);
    expect(await codesOn(ann.page)).toEqual([code]);
  });

  it('that are still the buyer’s can be cancelled when another one was given away', async () => {
    const event = await system.createEvent({ total: 10 });
    const [ann, ben] = [await newBuyer(), await newBuyer()];
    const order = await ann.buy(event.id, 'standard', 3);
    const link = await giveAway(ann);
    await accept(ben, link);

    await ann.page.goto(new URL(order, link).href);
    await ann.page.getByRole('link', { name: 'Cancel this order' }).click();
    const choices = ann.page.locator('.choices');
    expect((await choices.innerText()).split(/\n+/)).toEqual(['standard, no. 2', 'standard, no. 3']);
    expect(await ann.page.locator('.refund').innerText()).toContain('50.00');
    await ann.page.getByRole('button', { name: /Cancel and refund/ }).click();
    await ann.page.waitForURL(/\/orders\/[\w-]+$/);
    expect(await paymentsOf(order.split('/').at(-1) ?? '')).toMatchObject({ captured: 7_500, refunded: 5_000 });
    await ben.page.reload();
    expect(await codesOn(ben.page)).toHaveLength(1);
  });

  it('that a guest gives to the account of the same browser are shown to it with their code', async () => {
    const event = await system.createEvent({ total: 10 });
    const buyer = await newBuyer();
    const { page, buy } = buyer;
    const order = await buy(event.id, 'standard', 1);
    const [codeOfGuest] = await codesOn(page);
    const link = await giveAway(buyer);
    await page.goto(new URL('/sign-in', link).href);
    await page.getByRole('button', { name: 'Sign in as demo buyer' }).click();
    await page.waitForURL('**/orders');
    await accept(buyer, link, /\/(tickets|orders)\/[\w-]+$/);
    const [code = codeOfGuest] = await codesOn(page);
    expect(code).not.toBe(codeOfGuest);
    await page.goto(new URL(order, link).href);
    expect(await codesOn(page)).toEqual([]);
    expect(await page.getByText('Given to someone else').count()).toBe(1);
  });

  it('and their PDF are not found by another browser', async () => {
    const event = await system.createEvent({ total: 10 });
    const [ann, ben] = [await newBuyer(), await newBuyer()];
    await ann.buy(event.id, 'standard', 1);
    await ben.page.goto(`${system.services.shop[0]?.url ?? ''}/events/${event.id}`);
    await ben.page.goto(ann.page.url());
    expect((await pdfOf(ben.page)).status).toBe(404);
  });
});
