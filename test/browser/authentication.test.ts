import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentsOf, startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

const METHOD = 'pm_card_authenticationRequired';
const TIMEOUT_MS = 10_000;

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  const counts = { api: 1, worker: 1, auditConsumer: 1, shop: 1 };
  system = await startTestSystem(counts, { AUTHENTICATION_TIMEOUT_MS: String(TIMEOUT_MS) });
});
afterAll(() => system?.close());

/** A buyer who holds one of two tickets and has chosen to pay with a card whose bank asks for a confirmation. */
async function atTheBank(javaScriptEnabled: boolean) {
  const event = await system.createEvent({ total: 2 });
  const { page, hold, pay } = createBuyer(
    await browser.newPage({ javaScriptEnabled }),
    system.services.shop[0]?.url ?? '',
  );
  await hold(event.id, 'standard', 1);
  await pay(METHOD);
  const toBank = page.getByRole('link', { name: 'Continue to your bank' });
  await toBank.waitFor();
  expect(await page.locator('.message').innerText()).toContain('Your tickets stay reserved until');
  return { page, event, purchaseId: new URL(page.url()).pathname.split('/').at(-1) ?? '', toBank };
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('%s, a buyer whose bank asks for a confirmation', (_, javaScriptEnabled) => {
  it('confirms there, comes back, and has the ticket', async () => {
    const { page, event, purchaseId, toBank } = await atTheBank(javaScriptEnabled);
    await toBank.click();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
  });

  it('refuses there, comes back, and can pay in another way with the tickets that are held', async () => {
    const { page, event, toBank } = await atTheBank(javaScriptEnabled);
    await toBank.click();
    await page.getByRole('button', { name: 'Fail authentication' }).click();
    // The decline may be known before the buyer is back: then the buyer comes back to the payment step.
    await page.locator('a.button[href^="/checkout/"], input[value="pm_approve"]').first().waitFor();
    const tryAgain = page.getByRole('link', { name: 'Try another way to pay' });
    if ((await tryAgain.count()) > 0) await tryAgain.click();
    await page.locator('input[value="pm_approve"]').check();
    await page.locator('.button.wide').click();
    await page.locator('.ticket').waitFor();
    expect(await validSerials(system, event.id)).toEqual([1]);
  });
});

describe('a buyer who does not go to the bank', () => {
  it('is told at the end of the time that nothing was charged, and the tickets are for everybody', async () => {
    const { page, event, purchaseId } = await atTheBank(true);
    await page.locator('[role=alert]').waitFor();
    expect(await page.locator('[role=alert]').innerText()).toContain('was not confirmed with the bank in time');
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
    await until(async () => {
      const { rows } = await system.pool.query(`select from ticket_holds where event_id = $1 and status = 'active'`, [
        event.id,
      ]);
      expect(rows).toHaveLength(1);
    });
  });
});
