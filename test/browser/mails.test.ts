import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type Mailbox } from '../support/mailbox.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
let mailbox: Mailbox;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
  mailbox = createMailbox(mailboxUrl());
});
afterAll(() => system?.close());

const shopUrl = (): string => system.services.shop[0]?.url ?? '';
const mailboxUrl = (): string => system.services.mailbox[0]?.url ?? '';
const newAddress = (behaviour = 'zoe'): string => `${behaviour}.${randomUUID()}@example.com`;

async function newBuyer(email: string, javaScriptEnabled: boolean) {
  const page = await browser.newPage({ javaScriptEnabled });
  return createBuyer(page, shopUrl(), { name: 'Zoë Lee', email });
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s', (_, javaScriptEnabled) => {
  it('the mail of a purchase leads from the mailbox to the order, which says where the tickets were sent', async () => {
    const email = newAddress();
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer(email, javaScriptEnabled);
    const order = await buy(event.id, 'standard', 2);
    const { id, subject } = await mailbox.first(email);
    await page.goto(mailboxUrl());
    await page.getByRole('link', { name: subject }).first().click();
    await page.goto(`${mailboxUrl()}/mails/${id}`);
    expect(await page.locator('pre.mail').innerText()).toContain('Hello Zoë Lee,');
    await page.frameLocator('iframe').getByRole('link', { name: 'Show my order' }).click();
    await page.waitForURL(`**${order}`);
    expect(await page.locator('.ticket').count()).toBe(2);
    await page.getByText(`Your tickets were sent to ${email}.`).waitFor();
    await page.getByRole('button', { name: 'Send the tickets again' }).click();
    await page.getByText(new RegExp(`Your tickets (are on their way|were sent) to ${email}`)).waitFor();
    await expect.poll(async () => (await mailbox.to(email)).length).toBe(2);
  });

  it('an address that is refused is named on the order, and the tickets are sent to another one', async () => {
    const [wrong, right] = [newAddress('refused'), newAddress()];
    const event = await system.createEvent({ total: 10 });
    const { page, buy } = await newBuyer(wrong, javaScriptEnabled);
    await buy(event.id, 'standard', 1);
    await expect
      .poll(async () => {
        await page.reload();
        return page.locator('main').innerText();
      })
      .toContain(`The mail server of ${wrong} does not take our mail.`);
    await page.getByRole('link', { name: 'Change the address' }).click();
    await page.locator('#email').fill('zoe');
    await page.getByRole('button', { name: 'Save and send the tickets' }).click();
    expect(await page.locator('#email-error').innerText()).toContain('Enter an e-mail address');
    await page.locator('#email').fill(right);
    await page.getByRole('button', { name: 'Save and send the tickets' }).click();
    await page.waitForURL('**/orders/*');
    expect((await mailbox.first(right)).attachments).toHaveLength(2);
  });
});

it('a guest who has signed in corrects the address of the guest’s order, and no other', async () => {
  const [mistyped, right] = [newAddress(), newAddress()];
  const contactOf = async (as: string) => (await system.call('GET', '/api/contact', { as, role: 'buyer' })).body;
  const event = await system.createEvent({ total: 10 });
  const { page, buy } = await newBuyer(mistyped, true);
  const order = await buy(event.id, 'standard', 1);
  const { rows } = await system.pool.query<{ user_id: string }>(
    'select distinct user_id from event_tickets where event_id = $1',
    [event.id],
  );
  await page.goto(`${shopUrl()}/sign-in`);
  await page.getByRole('button', { name: 'Sign in as demo buyer' }).click();
  await page.waitForURL('**/orders');
  const before = await contactOf('demo-buyer');
  await page.goto(shopUrl() + order);
  await page.getByRole('link', { name: 'Change the address' }).click();
  await page.waitForURL('**/contact?*');
  expect(await page.locator('#email').inputValue()).toBe(mistyped);
  expect(await page.locator('#email').getAttribute('required')).not.toBeNull();
  await page.locator('#email').fill(right);
  await page.getByRole('button', { name: 'Save and send the tickets' }).click();
  await page.waitForURL('**/orders/*');
  expect((await mailbox.first(right)).attachments).toHaveLength(2);
  expect(await contactOf(rows[0]?.user_id ?? '')).toMatchObject({ email: right });
  expect(await contactOf('demo-buyer')).toEqual(before);
});

it('who changes the address of an order with no ticket to send is told so', async () => {
  const event = await system.createEvent({ total: 10 });
  const { page, buy } = await newBuyer(newAddress(), true);
  const id = (await buy(event.id, 'standard', 1)).split('/').at(-1) ?? '';
  await system.operator.POST('/api/purchases/{id}/cancel', { params: { path: { id } } });
  await page.goto(`${shopUrl()}/contact?order=${id}`);
  await page.locator('#email').fill(newAddress());
  await page.getByRole('button', { name: 'Save and send the tickets' }).click();
  await page.getByRole('heading', { name: 'No mail can be sent' }).waitFor();
  expect((await page.goto(`${shopUrl()}/contact?order=${randomUUID()}`))?.status()).toBe(404);
});
