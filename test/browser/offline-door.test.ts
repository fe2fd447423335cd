import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings, reconcile } from '../e2e/reconciliation/reconciliation-runs.js';
import { newBuyer, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { createDoor } from './door-pages.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
const browser = useBrowser();

beforeAll(async () => {
  const env = { RECONCILIATION_RECHECK_DELAY_MS: '500' };
  system = await startTestSystem({ api: 1, worker: 1, auditConsumer: 1, console: 1 }, env);
});
afterAll(() => system?.close());

const consoleUrl = (): string => system.services.console[0]?.url ?? '';

/** A phone at a gate that has all it needs to work without a connection. */
async function openDoor(eventId: string, gate: string, o: { serviceWorkers?: 'block' } = {}) {
  const door = createDoor(await browser.newPage(o), consoleUrl());
  await door.open(eventId, gate);
  if (o.serviceWorkers === undefined) await door.isPrepared();
  else await door.isIn('connected');
  return door;
}

async function buyTickets(quantity: number) {
  const event = await system.createEvent({ total: 10 });
  const { body } = await system.buy({ eventId: event.id, quantity }, { as: newBuyer() });
  const path = { id: body.purchaseId };
  const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
  const tickets = data?.tickets ?? [];
  return { event, ids: tickets.map(({ ticketId }) => ticketId), codes: tickets.map(({ code }) => code ?? ''), path };
}

const cancel = (path: { id: string }, ticketId: string | undefined) =>
  system.operator.POST('/api/purchases/{id}/cancel', {
    params: { path },
    body: { tickets: [ticketId ?? ''], reason: 'test' },
  });
const admissionOf = async (id: string | undefined) => {
  const { data } = await system.operator.GET('/api/tickets/{id}', { params: { path: { id: id ?? '' } } });
  return data?.admission;
};
const admissions = async (id: string) =>
  (await system.operator.GET('/api/events/{id}/admissions', { params: { path: { id } } })).data;
const forge = (code: string): string => code.replace(/.(?=.{9}$)/, (one) => (one === '0' ? '8' : '0'));

describe('a door without a connection', () => {
  it('decides by itself, also after a reload, and tells what turned out when it is back', async () => {
    const { event, ids, codes, path } = await buyTickets(5);
    const stranger = await buyTickets(1);
    await cancel(path, ids[3]);
    await system.pool.query('update event_tickets set version = 2 where id = $1', [ids[4]]);
    const north = await openDoor(event.id, 'North');
    const south = await openDoor(event.id, 'South');
    expect(await north.present(codes[2] ?? '')).toBe('Admit');
    await north.page.context().setOffline(true);

    expect(await north.present(codes[0] ?? '')).toBe('Admit');
    expect(await north.text()).toMatch(/Kept on this device/);
    expect(await north.present(codes[0] ?? '')).toBe('Already in');
    expect(await north.text()).toMatch(/Admitted at \d\d:\d\d, North\./);
    expect(await north.present(codes[2] ?? '')).toBe('Already in');
    expect(await north.present(forge(codes[1] ?? ''))).toBe('Not our ticket');
    expect(await north.present(codes[3] ?? '')).toBe('Cancelled');
    expect(await north.present(codes[4] ?? '')).toBe('Old code');
    expect(await north.present(stranger.codes[0] ?? '')).toBe('Other event');
    expect(await north.present('hello')).toBe('No ticket');

    const before = await north.connection();
    expect(before).toMatch(/^Offline since \d\d:\d\d list from \d\d:\d\d to be reported: 1$/);
    await north.page.reload();
    await north.isIn('offline');
    expect(await north.connection()).toBe(before);
    expect(await north.present(codes[0] ?? '')).toBe('Already in');
    expect(await north.present(codes[1] ?? '')).toBe('Admit');
    expect(await north.connection()).toMatch(/to be reported: 2$/);

    expect(await south.present(codes[0] ?? '')).toBe('Admit');
    expect((await cancel(path, ids[1])).response.status).toBe(200);
    await north.page.context().setOffline(false);
    await north.isIn('connected');
    const reported = await north.page.locator('[data-reported]').innerText();
    expect(reported).toMatch(/standard, no\. 1: two people came in with it, the other one at \d\d:\d\d, South\./);
    expect(reported).toMatch(/standard, no\. 2: it had been given back\./);
    expect(await north.connection()).toMatch(/^Connected list from \d\d:\d\d$/);
    await north.page.locator('#counts', { hasText: 'with a ticket that was used already: 1' }).waitFor();

    expect(await admissionOf(ids[0])).toMatchObject({ gate: 'North' });
    expect(await admissions(event.id)).toMatchObject({ admitted: 2, double: 1 });
    expect(await south.present(codes[0] ?? '')).toBe('Already in');
    expect(await south.text()).toMatch(/, North\./);
  });

  it('that admits a ticket which is refunded meanwhile is a finding, until an operator has undone it', async () => {
    const { event, ids, codes, path } = await buyTickets(1);
    const door = await openDoor(event.id, 'North');
    await door.page.context().setOffline(true);
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    await cancel(path, ids[0]);
    await door.page.context().setOffline(false);
    await door.isIn('connected');
    const found = async () =>
      until(async () => {
        await reconcile(system, event.id);
        const about = await findings(system, { eventId: event.id });
        const [finding] = about.filter(({ kind }) => kind === 'invalid_admission');
        if (finding === undefined) throw new Error('no finding yet');
        return finding;
      }, 60_000);
    const { subject, ...finding } = await found();
    expect(finding).toMatchObject({ status: 'handed_over', purchaseId: path.id, found: { gate: 'North' } });
    const params = { path: { id: subject } };
    const body = { reason: 'paid again at the door' };
    expect((await system.operator.POST('/api/check-ins/{id}/undo', { params, body })).response.status).toBe(200);
    expect((await found()).status).toBe('gone');
  });

  it('still decides when its session ends, asks to sign in, and keeps whom it has let in', async () => {
    const { event, codes } = await buyTickets(2);
    const door = await openDoor(event.id, 'North');
    await door.page.context().clearCookies();
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    expect(await door.connection()).toMatch(/Signed out since .* to be reported: 1 Sign in again$/);
    await door.page.reload();
    await door.page.getByRole('button', { name: 'Sign in' }).click();
    await door.isIn('connected');
    expect(await door.connection()).not.toMatch(/reported/);
    expect(await admissions(event.id)).toMatchObject({ admitted: 1, double: 0 });
    expect(await door.present(codes[0] ?? '')).toBe('Already in');
  });

  it('keeps each admission, also when its page is opened again before each', async () => {
    const { event, codes } = await buyTickets(2);
    const door = await openDoor(event.id, 'North');
    await door.page.context().setOffline(true);
    for (const code of codes) {
      await door.page.reload();
      await door.isIn('offline');
      expect(await door.present(code)).toBe('Admit');
    }
    expect(await door.connection()).toMatch(/to be reported: 2$/);
    expect(await door.present(codes[0] ?? '')).toBe('Already in');
    await door.page.context().setOffline(false);
    await door.isIn('connected');
    expect(await admissions(event.id)).toMatchObject({ admitted: 2, double: 0 });
  });

  it('reports whom it let in at the end of an event, although its next door is that of another one', async () => {
    const [over, next] = [await buyTickets(3), await buyTickets(1)];
    const door = await openDoor(over.event.id, 'North');
    const south = await openDoor(over.event.id, 'South');
    await door.page.context().setOffline(true);
    for (const code of over.codes.slice(0, 2)) expect(await door.present(code)).toBe('Admit');
    expect(await south.present(over.codes[0] ?? '')).toBe('Admit');
    await door.page.goto('about:blank');
    await door.page.context().setOffline(false);
    await door.open(next.event.id, 'North');
    await until(async () => expect(await door.connection()).toMatch(/^Connected list from \d\d:\d\d$/));
    expect(await admissions(over.event.id)).toMatchObject({ admitted: 2, double: 1 });
    expect(await admissionOf(over.ids[1])).toMatchObject({ gate: 'North' });
    const reported = await door.page.locator('[data-reported]').innerText();
    expect(reported).toMatch(/\d \w+, \d\d:\d\d, standard, no\. 1: two people came in with it, .* \d\d:\d\d, South\./);
    expect(await door.present(next.codes[0] ?? '')).toBe('Admit');
  });

  it('shows no green for an admission that the device cannot store', async () => {
    const { event, codes } = await buyTickets(1);
    const door = await openDoor(event.id, 'North');
    await door.page.context().setOffline(true);
    await door.page.evaluate('IDBObjectStore.prototype.add = () => { throw new Error("the disk is full"); }');
    expect(await door.present(codes[0] ?? '')).toBe('Not checked');
    await door.page.reload();
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
  });

  it('whose request arrived although its answer was lost admits the ticket once', async () => {
    const { event, codes, ids } = await buyTickets(1);
    const door = await openDoor(event.id, 'North', { serviceWorkers: 'block' });
    await door.page.route('**/door?*', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      return route.abort();
    });
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    expect(await door.text()).toMatch(/Kept on this device/);
    await until(async () => expect(await door.connection()).toMatch(/^Connected list from \d\d:\d\d$/), 30_000);
    expect(await door.page.locator('[data-reported]').isVisible()).toBe(false);
    expect(await admissions(event.id)).toMatchObject({ admitted: 1, double: 0 });
    expect(await admissionOf(ids[0])).toMatchObject({ gate: 'North' });
  });

  it('that has its list while it asks again about a code decides by it', async () => {
    const { event, codes } = await buyTickets(1);
    const door = createDoor(await browser.newPage(), consoleUrl());
    await door.page.addInitScript(`{
      const send = window.fetch;
      const held = new Promise((go) => (window.readList = go));
      window.fetch = async (...request) => {
        if (request[1]?.method === 'POST') throw new TypeError('no answer');
        if (String(request[0]).includes('/door/list')) await held;
        return send(request[0]);
      };
    }`);
    await door.open(event.id, 'North');
    await door.page.locator('#code').fill(codes[0] ?? '');
    await door.page.locator('#code').press('Enter');
    await door.page.locator('.result-text', { hasText: 'Asking again' }).waitFor();
    await door.page.evaluate('window.readList()');
    await door.page.locator('#result .word', { hasText: 'Admit' }).waitFor();
    expect(await door.text()).toMatch(/Kept on this device/);
  });

  it('is one whose gateway is down, or its pages: it reports when they are up again', async () => {
    const { event, codes } = await buyTickets(1);
    const door = await openDoor(event.id, 'North');
    await system.services.api[0]?.kill();
    expect(await door.present(codes[0] ?? '')).toBe('Admit');
    await door.isIn('offline');
    await system.services.console[0]?.kill();
    await door.page.reload();
    expect(await door.present(codes[0] ?? '')).toBe('Already in');
    await system.services.api[0]?.start();
    await system.services.console[0]?.start();
    await door.isIn('connected');
    expect(await admissions(event.id)).toMatchObject({ admitted: 1, double: 0 });
  });
});
