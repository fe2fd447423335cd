import type { Page } from 'playwright-core';

const KEPT_EVERY_MS = 50;
/** Each answer to a search has a field of its own. */
const MARK_SEARCH = `document.querySelector('#text').setAttribute('data-old', '')`;

/** What tests and screenshots do at a door, as its staff does it. */
export function createDoor(page: Page, consoleUrl: string) {
  const result = page.locator('#result');
  const connection = page.locator('[data-connection]');
  const door = {
    page,
    async signIn(): Promise<void> {
      await page.goto(consoleUrl);
      const signIn = page.locator('form[action="/sign-in"] button');
      if ((await signIn.count()) > 0) await signIn.click();
      await page.locator('input[name=gate]').waitFor();
    },
    async open(eventId: string, gate: string): Promise<void> {
      await door.signIn();
      await page.goto(`${consoleUrl}/door?${new URLSearchParams({ event: eventId, gate }).toString()}`);
    },
    /** Enters a code. @returns the word of the answer */
    async present(code: string): Promise<string> {
      const key = (): Promise<string> => page.locator('#key').inputValue();
      const before = await key();
      await page.locator('#code').fill(code);
      await page.locator('#code').press('Enter');
      // Each answer comes with the key of the next request.
      await page.locator(`#key:not([value="${before}"])`).waitFor({ state: 'attached' });
      return result.locator('.word').innerText();
    },
    /** Searches by name. @returns the text of each ticket that was found, or what is said in place of them */
    async search(text: string): Promise<string[]> {
      const search = page.locator('#search');
      if ((await search.getAttribute('open')) === null) await search.locator('summary').click();
      await page.evaluate(MARK_SEARCH);
      await page.locator('#text').fill(text);
      await page.locator('#text').press('Enter');
      await page.locator('#text:not([data-old])').waitFor();
      const shown = search.locator('.found li, .field-error, .said:not(:empty)');
      return (await shown.allInnerTexts()).map((one) => one.replaceAll(/\s+/g, ' ').trim());
    },
    /** Admits the first of the found tickets that can be. @returns the word of the answer */
    async admitFound(): Promise<string> {
      await page.evaluate(MARK_SEARCH);
      await page.locator('form[data-admit] button').first().click();
      await page.locator('#text:not([data-old])').waitFor();
      return result.locator('.word').innerText();
    },
    /** Waits until the device could decide by itself: it has the list, and the browser the page. */
    async isPrepared(): Promise<void> {
      await door.isIn('connected');
      await page.evaluate('navigator.serviceWorker?.ready.then(() => undefined)');
      // Not `waitForFunction`, for which a promise is as good as its result.
      const isKept = `caches.open('door').then((cache) => cache.match(location.href)).then((kept) => kept !== undefined)`;
      while (!(await page.evaluate<boolean>(isKept))) await page.waitForTimeout(KEPT_EVERY_MS);
    },
    isIn: (mode: 'connected' | 'offline' | 'signed_out' | 'not_assigned' | 'online_only'): Promise<void> =>
      page.locator(`[data-connection][data-mode=${mode}]`).waitFor(),
    /** What it says of the connection, the list and the queue. */
    connection: async (): Promise<string> => (await connection.innerText()).replaceAll(/\s+/g, ' ').trim(),
    text: (): Promise<string> => result.locator('.result-text').innerText(),
  };
  return door;
}
