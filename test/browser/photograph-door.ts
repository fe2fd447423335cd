import type { Page } from 'playwright-core';
import { createDoor } from './door-pages.js';
import type { Shot } from './photograph-mails.js';
import { readQrCode } from './read-qr-code.js';

/** A door, and what it says to a code of the shop's page and to others. */
export async function photographDoor(page: Page, o: { url: string; consoleUrl: string }, shot: Shot): Promise<void> {
  const door = createDoor(page, o.consoleUrl);
  await page.goto(`${o.url}/orders`);
  await page.locator('.order h3 a').first().click();
  const code = await readQrCode(page.locator('svg.qr-code').first());
  const event = (await page.locator('a[href$="calendar.ics"]').getAttribute('href'))?.split('/')[2] ?? '';
  await page.goto(o.consoleUrl);
  await shot('door-sign-in');
  await door.signIn();
  await shot('door-choose');
  await door.open(event, 'Gate B');
  await shot('door-ready');
  await door.present(code);
  await shot('door-admitted');
  await page.locator('.undo summary').click();
  await page.locator('#reason').fill('Scanned by mistake.');
  await page.getByRole('button', { name: /Undo|Zurücknehmen/ }).click();
  await page.locator('#result[data-tone=warn]').waitFor();
  await shot('door-undone');
  await photographOfflineDoor(page, o.consoleUrl, { event, code }, shot);
  await door.present('hello');
  await shot('door-no-ticket');
  await door.search('a');
  await shot('door-search-refused');
  await door.search('ann');
  await shot('door-search');
  await door.search('nobody');
  await shot('door-search-nothing');
}

/** A door without a connection, and what it says when it is back: another door has admitted the same ticket. */
async function photographOfflineDoor(
  page: Page,
  consoleUrl: string,
  { event, code }: { event: string; code: string },
  shot: Shot,
): Promise<void> {
  const door = createDoor(page, consoleUrl);
  await door.isPrepared();
  await page.context().setOffline(true);
  await door.present(code);
  await shot('door-offline-admitted');
  await door.present(code);
  await shot('door-offline-already-in');
  const elsewhere = await page.context().browser()?.newContext();
  if (elsewhere) {
    const other = createDoor(await elsewhere.newPage(), consoleUrl);
    await other.open(event, 'Gate A');
    await other.present(code);
    await elsewhere.close();
  }
  await page.context().setOffline(false);
  await door.isIn('connected');
  await door.present(code);
  await shot('door-already-in');
  const cookies = await page.context().cookies(consoleUrl);
  await page.context().clearCookies();
  await door.present('hello');
  await door.isIn('signed_out');
  await shot('door-signed-out');
  await page.context().addCookies(cookies);
  await door.isIn('connected');
}
