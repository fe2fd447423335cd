import type { Page } from 'playwright-core';

/** Who buys, unless a test says otherwise. */
const SOMEBODY = { name: 'Ann Lee', email: 'ann@example.com' };

/** What tests and screenshots do in the shop, as a buyer does it. */
export function createBuyer(page: Page, shopUrl: string, contact = SOMEBODY) {
  const choose = async (eventId: string, ticketType: string, count: number): Promise<void> => {
    await page.goto(`${shopUrl}/events/${eventId}`);
    await page.locator(`input[name="quantity.${ticketType}"]`).fill(String(count));
  };
  const buyer = {
    page,
    choose,
    async hold(eventId: string, ticketType: string, count: number): Promise<string> {
      await choose(eventId, ticketType, count);
      await page.locator('.event-box .button.wide').click();
      await page.waitForURL('**/checkout/*');
      return new URL(page.url()).pathname;
    },
    /** Fills in what the buyer has not given before. */
    async fillIn(on = page): Promise<void> {
      for (const [field, value] of Object.entries(contact)) {
        const input = on.locator(`input[name=${field}]`);
        if ((await input.inputValue()) === '') await input.fill(value);
      }
    },
    /** Pays on the payment step, with the method if one has to be chosen. */
    async pay(method?: string): Promise<void> {
      await buyer.fillIn();
      if (method !== undefined) await page.locator(`input[value="${method}"]`).check();
      await page.locator('.button.wide').click();
    },
    /** Goes to the payment step after a declined payment. One that takes long leads to the page of the order. */
    async tryAgain(): Promise<void> {
      await page.locator('[role=alert]').waitFor();
      const again = page.getByRole('link', { name: 'Try another way to pay' });
      if ((await again.count()) > 0) await again.click();
      await page.locator('#email').waitFor();
    },
    async buy(eventId: string, ticketType: string, count: number, method?: string): Promise<string> {
      await buyer.hold(eventId, ticketType, count);
      await buyer.pay(method);
      await page.waitForURL('**/orders/*');
      await page.locator('.ticket').first().waitFor();
      return new URL(page.url()).pathname;
    },
  };
  return buyer;
}
