import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSystem, type TestSystem } from '../support/test-system.js';
import { measureFirstVisit } from './page-figures.js';
import { useBrowser } from './use-browser.js';

/** Of everything but pictures. */
const MAX_BYTES = 60_000;
/** The end of a word may move by a pixel when the font arrives; a line that wraps makes 0.1. */
const MAX_SHIFT = 0.005;

let dir: string;
let system: TestSystem;
let eventId: string;
const browser = useBrowser();

/** The logo of an organiser, which arrives later than the page. */
const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><path d="M0 0h300v100H0z"/></svg>';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'logo-'));
  writeFileSync(join(dir, 'logo.svg'), LOGO);
  system = await startTestSystem({ api: 1, shop: 1 }, { LOGO_FILE: join(dir, 'logo.svg') });
  eventId = (await system.createEvent({ total: 100 })).id;
});
afterAll(async () => {
  await system?.close();
  rmSync(dir, { recursive: true });
});

it.each([
  ['programme', () => '/'],
  ['event', () => `/events/${eventId}`],
])('the first visit to the %s weighs less than 60 kB, and nothing moves while it loads', async (_, path) => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const visit = await measureFirstVisit(page.context(), `${system.services.shop[0]?.url}${path()}`, true);
  expect(visit.bytes).toBeGreaterThan(10_000);
  expect(visit.bytes).toBeLessThan(MAX_BYTES);
  expect(visit.layoutShift).toBeLessThan(MAX_SHIFT);
});
