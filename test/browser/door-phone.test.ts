import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
import { createDoor } from './door-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

/** Notes the frequency of each tone in place of playing it. */
const NOTE_TONES = `
  window.tones = [];
  window.AudioContext = class {
    currentTime = 0;
    state = 'running';
    resume() { return Promise.resolve(); }
    createGain() { return { gain: { value: 1 }, connect: (to) => to }; }
    createOscillator() {
      const oscillator = { type: 'sine', frequency: { value: 0 }, connect: (to) => to, stop() {} };
      return Object.assign(oscillator, { start: () => window.tones.push(oscillator.frequency.value) });
    }
  };`;
/** A camera that sees a canvas. */
const CAMERA = `
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    return canvas.captureStream(10);
  };`;
/** Refuses the camera once. */
const REFUSE_ONCE = `${CAMERA}
  let isRefused = false;
  const show = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async () => {
    if (!isRefused) {
      isRefused = true;
      throw new DOMException('refused', 'NotAllowedError');
    }
    return show();
  };`;

/** The camera sees the code in `window.codeInSight`, if there is one. `window.code` is the field with that id. */
const SEE_CODES = `${CAMERA}
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(['qr_code']); }
    detect() { return Promise.resolve(window.codeInSight ? [{ rawValue: window.codeInSight }] : []); }
  };`;

/** A search is sent once `window.sendSearch` is called. A route may not see it: the service worker may send it. */
const SLOW_SEARCH = `
  const send = window.fetch;
  window.fetch = async (...request) => {
    if (String(request[0]).includes('/door/search')) await new Promise((go) => (window.sendSearch = go));
    return send(...request);
  };`;

async function openDoor(script: string) {
  const event = await system.createEvent({ total: 10 });
  const { body } = await system.buy({ eventId: event.id, quantity: 1 });
  const path = { id: body.purchaseId };
  const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
  const door = createDoor(await browser.newPage(), system.services.console[0]?.url ?? '');
  await door.page.addInitScript(script);
  await door.open(event.id, 'North');
  return { ...door, code: data?.tickets[0]?.code ?? '' };
}

const tonesOn = (page: Page): Promise<number[]> => page.evaluate<number[]>('window.tones.splice(0)');

describe('a phone at the door', () => {
  it('says with one tone that somebody may come in, with other ones that not, and with none while it is muted', async () => {
    const { page, present, code } = await openDoor(NOTE_TONES);
    const sound = page.getByLabel('Sound');
    expect(await present(code)).toBe('Admit');
    const good = await tonesOn(page);
    expect(good).toHaveLength(1);
    expect(await present(code)).toBe('Already in');
    const bad = await tonesOn(page);
    expect(bad.length).toBeGreaterThan(1);
    expect(bad).not.toContain(good[0]);
    await sound.uncheck();
    await page.reload();
    expect(await sound.isChecked()).toBe(false);
    expect(await present(code)).toBe('Already in');
    expect(await tonesOn(page)).toEqual([]);
  });

  it('that was refused its camera says what to do, and can try again', async () => {
    const { page } = await openDoor(REFUSE_ONCE);
    const start = page.getByRole('button', { name: 'Scan with the camera' });
    const refusal = page.getByText('Allow it for this page in the settings of the browser');
    await start.click();
    await refusal.waitFor();
    await start.click();
    await page.locator('[data-camera]:not([hidden])').waitFor();
    expect([await start.isVisible(), await refusal.isVisible()]).toEqual([false, false]);
  });

  it('presents a code once while it stays before the camera, and again when it comes back', async () => {
    const { page, code, connection } = await openDoor(NOTE_TONES + SEE_CODES);
    let presented = 0;
    page.on('request', (request) => (presented += Number(request.method() === 'POST')));
    await page.getByRole('button', { name: 'Scan with the camera' }).click();
    const see = (seen: string): Promise<unknown> => page.evaluate(`window.codeInSight = ${JSON.stringify(seen)}`);
    const word = page.locator('#result .word');
    await see(code);
    await word.getByText('Admit').waitFor();
    await page.waitForTimeout(6_000);
    expect([presented, await word.innerText(), (await tonesOn(page)).length]).toEqual([1, 'Admit', 1]);
    await see('');
    await page.waitForTimeout(4_500);
    await see(code);
    await word.getByText('Already in').waitFor();
    expect(presented).toBe(2);
    expect(await connection()).toMatch(/^Connected/);
  });

  it('presents the code before its camera once the search that was in progress has its answer', async () => {
    const { page, code } = await openDoor(SEE_CODES + SLOW_SEARCH);
    const word = page.locator('#result .word');
    await page.getByRole('button', { name: 'Scan with the camera' }).click();
    await page.locator('#search summary').click();
    await page.locator('#text').fill('nobody');
    await page.locator('#text').press('Enter');
    // Not `waitForFunction`, which the page's policy refuses.
    await expect.poll(() => page.evaluate('window.sendSearch !== undefined')).toBe(true);
    await page.evaluate(`window.codeInSight = ${JSON.stringify(code)}`);
    await page.waitForTimeout(500);
    const meanwhile = await word.innerText();
    await page.evaluate('window.sendSearch()');
    await word.getByText('Admit').waitFor();
    expect(meanwhile).toBe('Ready');
  });
});
