import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser } from './browser.js';

/** Ends a wait for what never comes; a page takes seconds on a busy machine. */
const TIMEOUT_MS = 60_000;

/**
 * A browser for the tests of a file, which calls this at its top level. Each page has a context of its own, without
 * cookies, that is closed after the test.
 */
export function useBrowser(): { newPage(o?: BrowserContextOptions): Promise<Page> } {
  let browser: Browser | undefined;
  let contexts: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });
  afterAll(() => browser?.close());
  return {
    async newPage(o = {}) {
      if (!browser) throw new Error('the browser has not started');
      const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...o });
      contexts.push(context);
      context.setDefaultTimeout(TIMEOUT_MS);
      return context.newPage();
    },
  };
}
