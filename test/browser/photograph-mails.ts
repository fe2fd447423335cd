import type { Page } from 'playwright-core';
import { createMailbox } from '../support/mailbox.js';
import { createBuyer } from './shop-pages.js';

/** Takes a picture of the page under this name. */
export type Shot = (name: string) => Promise<void>;

/** The mails of an order, and how its buyer finds it in another browser. */
export async function photographMails(page: Page, o: { url: string; mailboxUrl: string }, shot: Shot): Promise<void> {
  const mailbox = createMailbox(o.mailboxUrl);
  const email = `mia.${Date.now()}@example.com`;
  await page.context().clearCookies();
  const buyer = createBuyer(page, o.url, { name: 'Mia Lind', email });
  const order = await buyer.buy(await eventOnProgramme(page, o.url), 'Standing', 2);
  const tickets = await mailbox.first(email);
  await page.goto(o.url + order);
  await shot('order-mail-sent');
  await page.goto(`${o.url}/contact?order=${order.split('/').at(-1) ?? ''}`);
  await shot('contact');
  await page.goto(o.mailboxUrl);
  await shot('mailbox');
  await page.goto(`${o.mailboxUrl}/mails/${tickets.id}`);
  await shot('mailbox-mail');
  await page.goto(`${o.mailboxUrl}/mails/${tickets.id}/html`);
  await shot('mail-tickets');
  await page.context().clearCookies();
  await page.goto(`${o.url}/find-orders`);
  await page.locator('#email').fill(email);
  await page.locator('main .button').click();
  await page.locator('main .actions').waitFor();
  await shot('find-orders-asked');
  while ((await mailbox.to(email)).length < 2) await page.waitForTimeout(200);
  const [mail] = await mailbox.to(email);
  await page.goto(`${o.mailboxUrl}/mails/${mail?.id ?? 0}/html`);
  await shot('mail-guest-link');
  await page.goto(/http\S+\/guest-link\S+/.exec(mail?.text ?? '')?.[0] ?? '');
  await shot('guest-link');
  await page.locator('main .button').click();
  await page.waitForURL('**/orders');
  await shot('orders-by-link');
  await page.goto(`${o.url}/guest-link?token=used`);
  await page.locator('main .button').click();
  await page.waitForLoadState();
  await shot('guest-link-over');
}

async function eventOnProgramme(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/?q=harbour`);
  const path = await page.locator('.card h2 a').first().getAttribute('href');
  return path?.split('/').at(-1) ?? '';
}
