import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';
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

/** Codes are sent once `window.sendCodes` is called. */
const HELD_CODES = `{
  const send = window.fetch;
  const held = new Promise((go) => (window.sendCodes = go));
  window.fetch = async (...request) => {
    if (request[1]?.method === 'POST' && String(request[0]).includes('/door?')) await held;
    return send(...request);
  };
}`;

/** Answers to forms break off. */
const BROKEN_ANSWERS = `
  const send = window.fetch;
  window.fetch = async (...request) => {
    const answer = await send(...request);
    answer.text = () => Promise.reject(new DOMException('late', 'TimeoutError'));
    return answer;
  };`;

async function openDoor(script: string, quantity = 1) {
  const event = await system.createEvent({ total: 10 });
  const buyer = newBuyer();
  const { body } = await system.buy({ eventId: event.id, quantity }, { as: buyer });
  const contact = { name: 'Ann Lee', email: 'ann@example.com', language: 'en' };
  await system.call('PUT', '/api/contact', { as: buyer, role: 'buyer', body: contact });
  const path = { id: body.purchaseId };
  const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
  const door = createDoor(await browser.newPage(), system.services.console[0]?.url ?? '');
  await door.page.addInitScript(script);
  await door.open(event.id, 'North');
  const codes = data?.tickets.map(({ code }) => code ?? '') ?? [];
  return { ...door, codes, code: codes[0] ?? '' };
}

const startCamera = (page: Page): Promise<void> => page.getByRole('button', { name: 'Scan with the camera' }).click();
const see = (page: Page, code: string): Promise<unknown> =>
  page.evaluate(`window.codeInSight = ${JSON.stringify(code)}`);

/** As a scanner types it that waits for nothing. */
async function type(page: Page, code: string): Promise<void> {
  await page.locator('#code').fill(code);
  await page.locator('#code').press('Enter');
}

/** The last answers, the newest one first, without their times. */
const recentOn = async (page: Page): Promise<string[]> =>
  (await page.locator('[data-recent] li').allInnerTexts()).map((line) => line.replace(/^.*? · /, ''));

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
    await startCamera(page);
    const word = page.locator('#result .word');
    await see(page, code);
    await word.getByText('Admit').waitFor();
    await page.waitForTimeout(6_000);
    expect([presented, await word.innerText(), (await tonesOn(page)).length]).toEqual([1, 'Admit', 1]);
    await see(page, '');
    await page.waitForTimeout(4_500);
    await see(page, code);
    await word.getByText('Already in').waitFor();
    expect(presented).toBe(2);
    expect(await connection()).toMatch(/^Connected/);
  });

  it('presents the code before its camera once the search that was in progress has its answer', async () => {
    const { page, code } = await openDoor(SEE_CODES + SLOW_SEARCH);
    const word = page.locator('#result .word');
    await startCamera(page);
    await page.locator('#search summary').click();
    await page.locator('#text').fill('nobody');
    await page.locator('#text').press('Enter');
    // Not `waitForFunction`, which the page's policy refuses.
    await expect.poll(() => page.evaluate('window.sendSearch !== undefined')).toBe(true);
    await see(page, code);
    await page.waitForTimeout(500);
    const meanwhile = await word.innerText();
    await page.evaluate('window.sendSearch()');
    await word.getByText('Admit').waitFor();
    expect(meanwhile).toBe('Ready');
  });

  it('whose camera has ended can start it again', async () => {
    const { page } = await openDoor(CAMERA);
    await startCamera(page);
    const camera = page.locator('[data-camera]:not([hidden])');
    await camera.waitFor();
    await page.evaluate(`document.querySelector('[data-camera] video').srcObject.getTracks()[0].stop()`);
    await camera.waitFor({ state: 'detached' });
    const reason = page.locator('[data-no-camera]');
    expect(await reason.innerText()).toContain('The camera has ended');
    await startCamera(page);
    await camera.waitFor();
    expect([await reason.isVisible(), await page.locator('script[src*=qr]').count()]).toEqual([false, 1]);
  });

  it('presents no code before its camera while an admission is being undone', async () => {
    const { page, codes, text, search } = await openDoor(SEE_CODES, 2);
    await startCamera(page);
    await see(page, codes[0] ?? '');
    await page.locator('#result .word', { hasText: 'Admit' }).waitFor();
    await page.locator('.undo summary').click();
    await page.locator('#reason').fill('A mistake.');
    await see(page, codes[1] ?? '');
    await page.waitForTimeout(1_000);
    expect(await text()).toBe('standard, no. 1');
    expect(await page.locator('#reason').inputValue()).toBe('A mistake.');
    const paused = page.getByText('No code is read while you undo an admission.');
    expect(await paused.isVisible()).toBe(true);
    await page.locator('.undo summary').click();
    await page.locator('.result-text', { hasText: 'standard, no. 2' }).waitFor();
    await search('ann');
    await page.locator('.found .undo summary').first().click();
    expect(await paused.isVisible()).toBe(false);
    await see(page, codes[0] ?? '');
    await page.locator('#result .word', { hasText: 'Already in' }).waitFor();
  });
});

describe('a door that is asked faster than it is answered', () => {
  it('presents a code once that is scanned twice, and refuses another one until the answer', async () => {
    const { page, codes, code, present, text } = await openDoor(HELD_CODES, 2);
    const refusal = page.getByText('One code at a time: scan it again after the answer.');
    await type(page, code);
    await page.locator('#code').press('Enter');
    await type(page, code);
    expect(await refusal.isVisible()).toBe(false);
    await type(page, codes[1] ?? '');
    expect([await refusal.isVisible(), await page.locator('#code').inputValue()]).toEqual([true, '']);
    expect(await page.locator('#result[data-pending] .word').isVisible()).toBe(false);
    await page.evaluate('window.sendCodes()');
    await page.locator('#result .word', { hasText: 'Admit' }).waitFor();
    expect(await text()).toBe('standard, no. 1');
    expect(await present(codes[1] ?? '')).toBe('Admit');
    expect(await refusal.isVisible()).toBe(false);
    expect(await recentOn(page)).toEqual(['Admit · standard, no. 2', 'Admit · standard, no. 1']);
  });

  it('keeps what is typed into the search while the answer to the one before comes', async () => {
    const { page } = await openDoor(SLOW_SEARCH);
    await page.locator('#search summary').click();
    await page.locator('#text').fill('nobody');
    await page.locator('#text').press('Enter');
    await expect.poll(() => page.evaluate('window.sendSearch !== undefined')).toBe(true);
    await page.locator('#text').fill('ann');
    await page.evaluate('window.sendSearch()');
    await page.locator('#said', { hasText: 'No ticket for this event' }).waitFor();
    expect(await page.locator('#text').inputValue()).toBe('ann');
  });

  it('admits a found ticket once, and sends the newest search alone', async () => {
    const { page, search } = await openDoor(HELD_CODES);
    expect(await search('ann')).toHaveLength(2);
    let searches = 0;
    page.on('request', (request) => (searches += Number(request.url().includes('/door/search'))));
    await type(page, 'hello');
    const admit = page.locator('form[data-admit] button');
    await admit.click();
    await admit.click();
    await page.locator('#said', { hasText: 'Waiting for the answer before.' }).waitFor();
    for (const text of ['bob', 'ann lee']) {
      await page.locator('#text').fill(text);
      await page.locator('#text').press('Enter');
    }
    await page.evaluate('window.sendCodes()');
    await page.locator('#said', { hasText: '1 ticket' }).waitFor();
    await expect.poll(() => searches).toBe(1);
    await page.locator('#said', { hasText: '1 ticket' }).waitFor();
    expect(await recentOn(page)).toEqual([
      'Admit · standard, no. 1',
      'No ticket · This is not the code of a ticket. Scan it again.',
    ]);
  });
});

describe('a door', () => {
  it('whose answers break off decides by itself', async () => {
    const { code, present, text, isIn } = await openDoor(BROKEN_ANSWERS);
    await isIn('connected');
    expect(await present(code)).toBe('Admit');
    expect(await text()).toMatch(/Kept on this device/);
    await isIn('offline');
  });

  it('whose storage does not open asks the box office', async () => {
    const { code, present } = await openDoor('IDBFactory.prototype.open = () => ({});');
    expect(await present(code)).toBe('Admit');
  });

  it('keeps the elements that screen readers listen to, and the focus at what a search has found', async () => {
    const { page, code, present, search, admitFound } = await openDoor('', 2);
    await page.evaluate(`window.regions = ['result', 'said'].map((id) => document.getElementById(id))`);
    expect(await present(code)).toBe('Admit');
    expect(await search('ann')).toHaveLength(3);
    const focused = () => page.evaluate('document.activeElement.id');
    expect(await focused()).toBe('said');
    expect(await admitFound()).toBe('Admit');
    expect(await focused()).toBe('code');
    for (const undo of [page.locator('.found .undo').first(), page.locator('.found .undo')]) {
      await undo.locator('summary').click();
      await undo.getByLabel('Reason').fill('A mistake.');
      await undo.getByRole('button').click();
      await page.locator('#result .word', { hasText: 'Undone' }).waitFor();
      await expect.poll(focused).toBe('code');
      await page.locator('.found .undo[open]').waitFor({ state: 'detached' });
    }
    expect(await page.evaluate('window.regions.map((region) => region.isConnected)')).toEqual([true, true]);
  });
});
