import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type Mailbox } from '../support/mailbox.js';
import { startTestSystem, type TestSystem } from '../support/test-system.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

const TEST_MS = 90_000;

let system: TestSystem;
let mailbox: Mailbox;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem({ api: 1, worker: 1, auditConsumer: 1, shop: 1, mailbox: 1 });
  mailbox = createMailbox(mailboxUrl());
});
afterAll(() => system?.close());

const mailboxUrl = (): string => system.services.mailbox[0]?.url ?? '';
const newAddress = (behaviour = 'zoe'): string => `${behaviour}.${randomUUID()}@example.com`;

async function newBuyer(email: string, javaScriptEnabled: boolean) {
  const page = await browser.newPage({ javaScriptEnabled }, 20_000);
  return createBuyer(page, system.services.shop[0]?.url ?? '', { name: 'Zoë Lee', email });
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s', (_, javaScriptEnabled) => {
  it(
    'the mail of a purchase leads from the mailbox to the order, which says where the tickets were sent',
    async () => {
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
      await expect.poll(async () => (await mailbox.to(email)).length, { timeout: 20_000 }).toBe(2);
    },
    TEST_MS,
  );

  it(
    'an address that is refused is named on the order, and the tickets are sent to another one',
    async () => {
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
    },
    TEST_MS,
  );
});
