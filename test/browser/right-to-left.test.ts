import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { createDoor } from './door-pages.js';
import { createBuyer } from './shop-pages.js';
import { useBrowser } from './use-browser.js';

/** Of a line's width: a full stop that moves to its other end has other neighbours there. */
const TOLERANCE_PX = 3;

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

/**
 * Runs in the page. Measures it in both directions at one moment: boxes whose edges are not as far from the side on which
 * reading begins, and by how much the page is too wide. Words within a line are no boxes.
 */
const MEASURE = `(() => {
  const root = document.documentElement;
  const boxes = [...document.querySelectorAll('body *:not(svg *)')].filter(
    (element) => element.clientWidth > 0 && !getComputedStyle(element).display.startsWith('inline'),
  );
  root.dir = 'ltr';
  const before = boxes.map((box) => box.getBoundingClientRect());
  root.dir = 'rtl';
  const differs = (one, other) => Math.abs(one - other) > ${TOLERANCE_PX};
  const moved = boxes.filter((box, i) => {
    const { left, right } = box.getBoundingClientRect();
    return differs(before[i].left, root.clientWidth - right) || differs(before[i].right, root.clientWidth - left);
  });
  const names = moved.map(({ tagName, className }) => tagName + '.' + className);
  return { count: boxes.length, moved: names, overflowPx: root.scrollWidth - root.clientWidth };
})()`;

/** What is not as it should be when the page is read from right to left. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  const { count, moved, overflowPx } = await page.evaluate<{ count: number; moved: string[]; overflowPx: number }>(
    MEASURE,
  );
  expect(count).toBeGreaterThan(10);
  return [
    ...(overflowPx > 0 ? [`${name}: ${overflowPx} px too wide`] : []),
    ...moved.map((box) => `${name}: ${box} is not mirrored`),
  ];
}

it.each([
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 900 }],
])(
  'on %s every page that is read from right to left is the mirror of the other one, and no wider than the window',
  async (_, viewport) => {
    const [url, consoleUrl] = [system.services.shop[0]?.url ?? '', system.services.console[0]?.url ?? ''];
    const event = await system.createEvent({ total: 10 });
    const page = await browser.newPage({ viewport });
    const buyer = createBuyer(page, url);
    const door = createDoor(page, consoleUrl);
    const faults: string[] = [];
    const check = async (name: string): Promise<void> => void faults.push(...(await faultsOf(page, name)));
    for (const path of ['/', '/?q=none', '/orders', '/sign-in', '/find-orders', '/terms', `/events/${event.id}`]) {
      await page.goto(url + path);
      await check(path);
    }
    await buyer.hold(event.id, 'standard', 2);
    await page.locator('.button.wide').click();
    await page.locator('#email-error').waitFor();
    await check('payment without an address');
    await buyer.pay('pm_slow_4000');
    await page.locator('.progress').waitFor();
    await check('an order in progress');
    await page.locator('.ticket').first().waitFor();
    await check('confirmation');
    await page.goto(`${page.url().split('?')[0] ?? ''}/cancel`);
    await check('cancellation');
    await page.goto(consoleUrl);
    await check('sign-in at the door');
    await door.signIn();
    await door.open(event.id, 'Gate B');
    await door.present('hello');
    await check('the door');
    expect(faults).toEqual([]);
  },
);
