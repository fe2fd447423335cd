import type { Page } from 'playwright-core';

/** What tests and screenshots do at a door, as its staff does it. */
export function createDoor(page: Page, consoleUrl: string) {
  const result = page.locator('#result');
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
    text: (): Promise<string> => result.locator('.result-text').innerText(),
  };
  return door;
}
