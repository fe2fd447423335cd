import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentsOf, SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { readQrCode } from './read-qr-code.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

async function newBuyer(o: { javaScriptEnabled?: boolean } = {}) {
  return createBuyer(await browser.newPage(o), system.services.shop[0]?.url ?? '');
}

/** What a scanner reads from the codes on the page. */
const codesOn = async (page: Page): Promise<string[]> =>
  Promise.all((await page.locator('svg.qr-code').all()).map(readQrCode));

async function pdfOf(page: Page): Promise<{ status: number; type: string; text: string }> {
  const [cookie] = await page.context().cookies();
  const headers = { cookie: `session=${cookie?.value ?? ''}` };
  const { origin, pathname } = new URL(page.url());
  const response = await fetch(`${origin}${pathname}/tickets.pdf`, { headers, redirect: 'manual' });
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
    await ann.page.getByRole('link', { name: 'Give away ticket no. 1' }).click();
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    const link = await ann.page.getByLabel('Link for the person who gets the ticket').inputValue();

    await ben.page.goto(link);
    expect(await ben.page.getByRole('heading', { name: event.name }).count()).toBe(1);
    await ann.page.goto(new URL(order, link).href);
    expect(await codesOn(ann.page)).toEqual([codeOfAnn]);

    await ben.page.getByRole('button', { name: 'Accept the ticket' }).click();
    await ben.page.waitForURL('**/tickets/*');
    const [codeOfBen] = await codesOn(ben.page);
    expect(codeOfBen).toMatch(/^[0-9A-Z]{100,}$/);
    expect(codeOfBen).not.toBe(codeOfAnn);
    await ann.page.reload();
    expect(await codesOn(ann.page)).toEqual([]);
    expect(await ann.page.getByText('Given to someone else').count()).toBe(1);
    expect(await ann.page.locator('.lead').innerText()).toBe('1 ticket, paid and given away.');
    expect(await ann.page.getByRole('link', { name: 'Cancel this order' }).count()).toBe(0);

    await ben.page.goto(new URL('/orders', link).href);
    expect(await ben.page.getByRole('heading', { name: 'Given to you' }).count()).toBe(1);
    const { page: other } = await newBuyer();
    await other.goto(link);
    expect(await other.getByRole('heading', { name: 'This link no longer works' }).count()).toBe(1);
  });

  it('that are still the buyer’s can be cancelled when another one was given away', async () => {
    const event = await system.createEvent({ total: 10 });
    const [ann, ben] = [await newBuyer(), await newBuyer()];
    const order = await ann.buy(event.id, 'standard', 3);
    await ann.page.getByRole('link', { name: 'Give away ticket no. 1' }).click();
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    const link = await ann.page.getByLabel('Link for the person who gets the ticket').inputValue();
    await ben.page.goto(link);
    await ben.page.getByRole('button', { name: 'Accept the ticket' }).click();
    await ben.page.waitForURL('**/tickets/*');

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
    const { page, buy } = await newBuyer();
    const order = await buy(event.id, 'standard', 1);
    const [codeOfGuest] = await codesOn(page);
    await page.getByRole('link', { name: 'Give away ticket no. 1' }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.getByLabel('Link for the person who gets the ticket').inputValue();
    await page.goto(new URL('/sign-in', link).href);
    await page.getByRole('button', { name: 'Sign in as demo buyer' }).click();
    await page.waitForURL('**/orders');
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept the ticket' }).click();
    await page.waitForURL(/\/(tickets|orders)\/[\w-]+$/);
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
