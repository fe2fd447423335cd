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

const consoleUrl = (): string => system.services.console[0]?.url ?? '';

/** A phone at a gate, with somebody signed in. */
async function openDoor(eventId: string, gate: string, o: { javaScriptEnabled?: boolean } = {}) {
  const door = createDoor(await browser.newPage(o), consoleUrl());
  await door.open(eventId, gate);
  return door;
}

async function buyTickets(quantity: number, contact?: { name: string; email: string }) {
  const event = await system.createEvent({ total: 10 });
  const buyer = newBuyer();
  const { body } = await system.buy({ eventId: event.id, quantity }, { as: buyer });
  if (contact !== undefined) {
    const put = await system.call('PUT', '/api/contact', {
      as: buyer,
      role: 'buyer',
      body: { ...contact, language: 'en' },
    });
    expect(put.status).toBe(200);
  }
  const path = { id: body.purchaseId };
  const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
  const codes = data?.tickets.map(({ code }) => code ?? '') ?? [];
  return { event, codes, purchaseId: body.purchaseId };
}

const countsOn = (page: Page) => page.locator('#counts').innerText();

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('a door %s', (_, javaScriptEnabled) => {
  it('admits a ticket once, says when and where, and counts', async () => {
    const { event, codes } = await buyTickets(2);
    const door = await openDoor(event.id, 'Gate B', { javaScriptEnabled });
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    expect(await countsOn(door.page)).toMatch(/\b1 of \d+ are in/);
    expect(await door.present(codes[0] ?? '')).toBe('Already in');
    expect(await door.text()).toMatch(/Admitted at \d\d:\d\d, Gate B\. standard, no\. 1/);
    expect(await door.present('hello')).toBe('No ticket');
    expect(await countsOn(door.page)).toMatch(/\b1 of/);
  });

  it('admits at a gate whose name was pasted with an invisible character', async () => {
    const { event, codes } = await buyTickets(1);
    const door = await openDoor(event.id, 'Eingang\u00ADNord', { javaScriptEnabled });
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    expect(await countsOn(door.page)).toMatch(/\b1 of \d+ are in/);
  });

  it('undoes an admission with a reason', async () => {
    const { event, codes } = await buyTickets(1);
    const door = await openDoor(event.id, 'Gate B', { javaScriptEnabled });
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    await door.page.locator('.undo summary').click();
    await door.page.locator('#reason').fill('Scanned by mistake.');
    await door.page.getByRole('button', { name: 'Undo' }).click();
    await door.page.locator('#result .word', { hasText: 'Undone' }).waitFor();
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
  });
});

const ANN = { name: 'Ann Lee', email: 'ann.lee@example.com' };

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('a search by name %s', (_, javaScriptEnabled) => {
  it('finds tickets, admits each with one tap, and shows who is in', async () => {
    const { event, codes } = await buyTickets(2, ANN);
    const door = await openDoor(event.id, 'Gate B', { javaScriptEnabled });
    expect(await door.search('a')).toEqual(['Enter at least two letters, and at most 100.']);
    expect(await door.search('bob')).toEqual([expect.stringContaining('No ticket for this event')]);
    const found = ['2 tickets', 'Ann Lee a…@example.com standard, no. 1 Admit Ann Lee, standard, no. 1'];
    expect((await door.search('lee ánn')).slice(0, 2)).toEqual(found);
    expect(door.page.url()).not.toMatch(/lee|ann/i);
    expect(await door.admitFound()).toBe('Admit');
    expect(await door.text()).toBe('standard, no. 1');
    expect(await countsOn(door.page)).toMatch(/\b1 of \d+ are in/);
    expect(await door.page.locator('.found li').first().innerText()).toMatch(/In since \d\d:\d\d, Gate B/);
    expect(await door.admitFound()).toBe('Admit');
    expect(await door.page.locator('form[data-admit]').count()).toBe(0);
    expect(await door.present(codes[0] ?? '')).toBe('Already in');
  });

  it('stays at its door when the language is changed', async () => {
    const { event } = await buyTickets(1, ANN);
    const door = await openDoor(event.id, 'Gate B', { javaScriptEnabled });
    await door.search('ann');
    // It is sent from the address of the search, where there is no script.
    expect(await door.present('hello')).toBe('No ticket');
    await door.page.getByRole('button', { name: 'Deutsch' }).click();
    await door.page.getByRole('heading', { name: 'Gate B' }).waitFor();
    expect(await door.page.locator('html').getAttribute('lang')).toBe('de');
  });

  it('undoes the admission of a found ticket, which can be admitted again', async () => {
    const { event, codes } = await buyTickets(1, ANN);
    const door = await openDoor(event.id, 'Gate B', { javaScriptEnabled });
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    expect(await door.present('hello')).toBe('No ticket');
    await door.search('ann');
    const found = door.page.locator('.found li');
    await found.getByText('Undo this admission').click();
    await found.getByLabel('Reason').fill('The wrong person.');
    await found.getByRole('button', { name: 'Undo' }).click();
    await door.page.locator('#result .word', { hasText: 'Undone' }).waitFor();
    expect(await countsOn(door.page)).toMatch(/\b0 of \d+ are in/);
    expect(await door.admitFound()).toBe('Admit');
  });

  it('does not admit a ticket that was cancelled after it was found', async () => {
    const { event, purchaseId } = await buyTickets(1, ANN);
    const door = await openDoor(event.id, 'Gate B', { javaScriptEnabled });
    await door.search('ann');
    await system.operator.POST('/api/purchases/{id}/cancel', { params: { path: { id: purchaseId } } });
    expect(await door.admitFound()).toBe('Cancelled');
    expect(await door.page.locator('.found li').innerText()).toContain('Cancelled');
  });
});

describe('several doors', () => {
  it('of which two get the same code at once admit it once', async () => {
    const { event, codes } = await buyTickets(3);
    const [north, south] = [await openDoor(event.id, 'North'), await openDoor(event.id, 'South')];
    for (const code of codes) {
      const words = await Promise.all([north.present(code), south.present(code)]);
      expect(words.toSorted()).toEqual(['Admit', 'Already in']);
    }
  });

  it('do not admit tickets of another event, or tickets that are cancelled', async () => {
    const [one, other] = [await buyTickets(1), await buyTickets(1)];
    const door = await openDoor(one.event.id, 'North');
    expect(await door.present(other.codes[0] ?? '')).toBe('Other event');
    const params = { path: { id: one.purchaseId } };
    await system.operator.POST('/api/purchases/{id}/cancel', { params });
    expect(await door.present(one.codes[0] ?? '')).toBe('Cancelled');
  });
});

describe('a door', () => {
  it('whose browser cannot check codes asks again with the same request, and admits once', async () => {
    const { event, codes } = await buyTickets(1);
    const door = createDoor(await browser.newPage(), consoleUrl());
    await door.page.addInitScript('crypto.subtle.generateKey = () => Promise.reject(new Error("no Ed25519"))');
    await door.open(event.id, 'North');
    await door.isIn('online_only');
    await system.services.api[0]?.kill();
    const answer = door.present(codes[0] ?? '');
    await door.page.locator('.result-text', { hasText: 'Asking again' }).waitFor();
    await system.services.api[0]?.start();
    expect(await answer).toBe('Admit');
  });

  it('that has given up on a code admits the next one at once, and the one that it gave up with the same request', async () => {
    const { event, codes } = await buyTickets(3);
    const door = createDoor(await browser.newPage(), consoleUrl());
    await door.page.addInitScript('crypto.subtle.generateKey = () => Promise.reject(new Error("no Ed25519"))');
    await door.page.addInitScript('{ const wait = setTimeout; setTimeout = (run, ms) => wait(run, ms / 50); }');
    await door.open(event.id, 'North');
    await door.isIn('online_only');
    /** Presents a code of which only the box office learns, until the door gives up. */
    const lose = async (code: string): Promise<void> => {
      let requests = 0;
      await door.page.route('**/door?*', async (route) => {
        requests += 1;
        if (requests === 1) await route.fetch();
        return route.abort();
      });
      await door.page.locator('#code').fill(code);
      await door.page.locator('#code').press('Enter');
      await door.page.locator('.result-text', { hasText: 'No answer. Do not let the person in yet' }).waitFor();
      expect(requests).toBe(60);
      await door.page.unroute('**/door?*');
    };
    await lose(codes[0] ?? '');
    expect(await door.present(codes[1] ?? '')).toBe('Admit');
    expect(await door.text()).toBe('standard, no. 2');
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    expect(await door.present(codes[0] ?? '')).toBe('Already in');
    await lose(codes[2] ?? '');
    expect(await door.present(codes[2] ?? '')).toBe('Admit');
    expect(await countsOn(door.page)).toMatch(/\b3 of \d+ are in/);
  });

  it('takes the form of one code for another one, each of which it admits once', async () => {
    const { event, codes } = await buyTickets(2);
    const { page } = await openDoor(event.id, 'North', { javaScriptEnabled: false });
    const key = await page.locator('#key').inputValue();
    const send = async (code = ''): Promise<string | undefined> => {
      const answer = await page.request.post(page.url(), { form: { key, code }, headers: { origin: consoleUrl() } });
      return /id="result"[^>]* data-result="(\w*)"/.exec(await answer.text())?.[1];
    };
    for (const code of [...codes, ...codes]) expect(await send(code)).toBe('admitted');
    const path = { id: event.id };
    const { data } = await system.operator.GET('/api/events/{id}/admissions', { params: { path } });
    expect(data).toMatchObject({ admitted: 2, double: 0 });
  });

  it('without a connection says that a search needs one, and does not admit', async () => {
    const { event } = await buyTickets(1, ANN);
    const door = await openDoor(event.id, 'North');
    await door.isPrepared();
    await door.search('ann');
    await door.page.context().setOffline(true);
    await door.page.locator('form[data-admit] button').click();
    await door.page.locator('.result-text', { hasText: 'No answer. Do not let the person in yet' }).waitFor();
    await door.isIn('offline');
    expect(await door.page.locator('#result .word').isVisible()).toBe(false);
    await door.page.locator('#text').press('Enter');
    await door.page.locator('.said', { hasText: 'no names are kept on this device' }).waitFor();
    const kept = await door.page.evaluate<string>(
      `caches.open('door').then((cache) => cache.match(location.href)).then((page) => page.text())`,
    );
    expect(kept).not.toContain(ANN.name);
    await door.page.context().setOffline(false);
    await door.isIn('connected');
    expect(await door.admitFound()).toBe('Admit');
  });

  it('is for the staff, and takes no forms of other sites', async () => {
    const { event } = await buyTickets(1);
    const path = `/door?${new URLSearchParams({ event: event.id, gate: 'North' }).toString()}`;
    expect((await fetch(consoleUrl() + path)).status).toBe(401);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const body = new URLSearchParams({ code: 'x' });
    expect((await fetch(consoleUrl() + path, { method: 'POST', headers, body })).status).toBe(403);
  });
});
