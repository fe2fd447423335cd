import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { freePort, startServices, type RunningServices } from '@box-office/infra';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { findingsOn, type Finding } from './accessibility-findings.js';
import { createDoor } from './door-pages.js';
import { createOpenIdProvider, signInAtProvider, type OpenIdProvider } from './openid-provider.js';
import { useBrowser } from './use-browser.js';

let system: TestSystem;
let services: RunningServices;
let provider: OpenIdProvider;
let url: string;
const browser = useBrowser();
/** The claim of each person. */
const claims = new Map<string, unknown>();

beforeAll(async () => {
  const ports = [await freePort(), await freePort()] as const;
  url = `http://127.0.0.1:${ports[0]}`;
  const eventsOf = (name: string): unknown => claims.get(name);
  provider = createOpenIdProvider({ port: ports[1], service: 'CONSOLE', serviceUrl: url, eventsOf });
  system = await startTestSystem();
  // The console starts without its provider.
  const takePort = (title: string) => (title === 'console' ? Promise.resolve(ports[0]) : freePort());
  services = await startServices(inject('stack'), { api: 1, console: 1 }, { env: provider.settings, takePort });
  await provider.listen();
  await signInAnswers(200);
});
afterAll(async () => {
  await provider?.close();
  await services?.stop();
  await system?.close();
});

/** The console takes an answer of the provider, or its absence, for granted for some seconds. */
const signInAnswers = (status: 200 | 503): Promise<void> =>
  until(async () => expect((await fetch(`${url}/sign-in`)).status).toBe(status));

async function whileProviderIsAway(run: () => Promise<void>): Promise<void> {
  await provider.close();
  try {
    await signInAnswers(503);
    await run();
  } finally {
    await provider.listen();
    await signInAnswers(200);
  }
}

/** A person with this claim; its name could be an e-mail address, as with some providers. */
function newPerson(claim?: unknown): string {
  const name = `person-${claims.size + 1}@mail.example`;
  claims.set(name, claim);
  return name;
}

/** @param context of a device, of which this is another page */
async function newDevice(o: BrowserContextOptions = {}, context?: BrowserContext) {
  const door = createDoor(await (context?.newPage() ?? browser.newPage(o)), url);
  const { page } = door;
  // The provider's pages would load a font from there.
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort());
  const goto = (path: string) => page.goto(url + path);
  return {
    ...door,
    goto,
    heading: () => page.getByRole('heading', { level: 1 }).innerText(),
    alert: () => page.locator('[role=alert]').innerText(),
    isSignedIn: async () => (await goto('/sign-in'))?.url() === `${url}/`,
    async signIn(name: string, path = '/'): Promise<void> {
      await goto(path);
      await page.getByRole('link', { name: 'Continue with Example ID' }).click();
      await signInAtProvider(page, name);
      await page.waitForURL(`${url}/**`);
    },
  };
}

/** A device whose person is about to come back from the provider to an address of the console. */
async function begun(name: string) {
  const device = await newDevice();
  const callback = provider.nextCallback();
  await device.goto('/');
  await device.page.getByRole('link', { name: 'Continue with Example ID' }).click();
  await signInAtProvider(device.page, name);
  return { ...device, callback: await callback };
}

async function buyTickets(quantity: number) {
  const event = await system.createEvent({ total: 10 });
  const { body } = await system.buy({ eventId: event.id, quantity }, { as: newBuyer() });
  const path = { id: body.purchaseId };
  const { data } = await system.operator.GET('/api/purchases/{id}/tickets', { params: { path } });
  return { event, purchaseId: body.purchaseId, codes: data?.tickets.map(({ code }) => code ?? '') ?? [] };
}

const doorPath = (eventId: string): string =>
  `/door?${new URLSearchParams({ event: eventId, gate: 'North' }).toString()}`;
async function eventsOn(page: Page): Promise<string[]> {
  const choices = await page.locator('input[name=event]').all();
  return Promise.all(choices.map((choice) => choice.inputValue()));
}

describe('a person who is assigned to one event', () => {
  it('comes back to its door, admits under an id of its own, and is offered no other event', async () => {
    const { event, codes, purchaseId } = await buyTickets(1);
    await system.createEvent({ total: 1 });
    const { page, signIn, goto, present } = await newDevice();
    await signIn(newPerson([event.id]), doorPath(event.id));
    expect(page.url()).toBe(url + doorPath(event.id));
    expect(await present(codes[0] ?? '')).toBe('Admit');
    const { rows } = await system.pool.query<{ actor: string }>(
      `select actor from audit_logs where purchase_id = $1 and kind = 'admission'`,
      [purchaseId],
    );
    expect(rows).toEqual([{ actor: expect.stringMatching(/^oidc-[\w-]{43}$/) as string }]);
    await goto('/');
    expect(await eventsOn(page)).toEqual([event.id]);
  });

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('is refused at the door of another one, %s', async (_, javaScriptEnabled) => {
    const [own, other] = [await buyTickets(1), await buyTickets(1)];
    const { page, signIn, goto, heading } = await newDevice({ javaScriptEnabled });
    await signIn(newPerson([own.event.id]), doorPath(other.event.id));
    expect(await heading()).toBe('This door is not yours');
    expect((await goto(doorPath(other.event.id)))?.status()).toBe(403);
    const { request } = page.context();
    const headers = { origin: url };
    const calls = [
      request.post(url + doorPath(other.event.id), {
        headers,
        form: { key: crypto.randomUUID(), code: other.codes[0] ?? '' },
      }),
      request.get(`${url}/door/list?event=${other.event.id}`),
      request.post(`${url}/door/report`, {
        headers,
        data: { event: other.event.id, checkIns: [{ key: crypto.randomUUID(), code: '', gate: 'A', admittedAt: '' }] },
      }),
    ];
    expect((await Promise.all(calls)).map((answer) => answer.status())).toEqual([403, 403, 403]);
    const path = { id: other.event.id };
    const { data } = await system.operator.GET('/api/events/{id}/admissions', { params: { path } });
    expect(data).toMatchObject({ admitted: 0 });
  });
});

it('a person who is assigned to all events is offered them', async () => {
  for (let count = 0; count < 2; count++) await system.createEvent({ total: 1 });
  const { page, signIn } = await newDevice();
  await signIn(newPerson('*'));
  expect((await eventsOn(page)).length).toBeGreaterThan(1);
});

it.each([
  ['no claim', undefined],
  ['an empty list', []],
  ['a claim that cannot be read', { events: '*' }],
])('a person with %s is signed in, works at no door, and is told so', async (_, claim) => {
  const event = await system.createEvent({ total: 1 });
  const { page, signIn, goto, heading } = await newDevice();
  await signIn(newPerson(claim));
  expect(await heading()).toBe('No event is assigned to you');
  expect((await goto(doorPath(event.id)))?.status()).toBe(403);
  expect(await heading()).toBe('This door is not yours');
  await goto('/');
  await page.locator('main').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.waitForURL(`${url}/`);
  expect(await heading()).toBe('Sign in to the door');
});

it('who has signed out is asked again by the provider, and has no door', async () => {
  const { event } = await buyTickets(1);
  const { page, signIn, goto } = await newDevice();
  await signIn(newPerson([event.id]), doorPath(event.id));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.waitForURL(`${url}/`);
  expect((await goto(doorPath(event.id)))?.status()).toBe(401);
  await signIn(newPerson([event.id]), doorPath(event.id));
  expect(page.url()).toBe(url + doorPath(event.id));
});

it('a person who is not assigned is told so at an open door, which decides and reports when one comes who is', async () => {
  const { event, codes } = await buyTickets(2);
  const own = newPerson([event.id]);
  const door = await newDevice();
  await door.signIn(own, doorPath(event.id));
  await door.isPrepared();
  await door.page.context().clearCookies();
  expect(await door.present(codes[0] ?? '')).toBe('Admit');
  await (await newDevice({}, door.page.context())).signIn(newPerson([]), doorPath(event.id));
  await door.isIn('not_assigned');
  expect(await door.present(codes[1] ?? '')).toBe('Admit');
  expect(await door.connection()).toMatch(/^You are not assigned to this event: .* to be reported: 2$/);
  await door.page.getByRole('button', { name: 'Sign out' }).click();
  await door.page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await door.page.waitForURL(`${url}/`);
  await door.signIn(own, doorPath(event.id));
  await until(async () => expect(await door.connection()).toMatch(/^Connected list from \d\d:\d\d$/));
  expect(await door.present(codes[1] ?? '')).toBe('Already in');
});

describe('while the provider is unavailable', () => {
  it('no one can sign in, and an open door still decides: with its session, and by itself when that has ended', async () => {
    const { event, codes } = await buyTickets(2);
    const door = await newDevice();
    await door.signIn(newPerson([event.id]), doorPath(event.id));
    await door.isPrepared();
    await whileProviderIsAway(async () => {
      const other = await newDevice();
      expect((await other.goto('/'))?.status()).toBe(503);
      expect(await other.page.locator('.message').innerText()).toContain('Example ID does not answer at the moment');
      expect(await findingsOn(other.page, 'sign-in without its provider')).toEqual([]);
      expect(await door.present(codes[0] ?? '')).toBe('Admit');
      await door.page.context().clearCookies({ name: 'staff' });
      await door.page.reload();
      await door.isIn('signed_out');
      expect(await door.present(codes[1] ?? '')).toBe('Admit');
      expect(await door.connection()).toMatch(/to be reported: 1 Sign in again$/);
    });
    await door.page.getByRole('link', { name: 'Sign in again' }).click();
    await door.page.getByRole('link', { name: 'Continue with Example ID' }).click();
    // The provider still knows who it is.
    await door.isIn('connected');
    await until(async () => expect(await door.connection()).not.toContain('to be reported'));
    expect(await door.present(codes[1] ?? '')).toBe('Already in');
  });

  it('a sign-in that has begun fails, and says what to do', async () => {
    const { page, alert, isSignedIn, callback } = await begun(newPerson('*'));
    await whileProviderIsAway(async () => {
      await page.goto(callback);
      expect(await alert()).toContain('Try again in a minute.');
      expect(await isSignedIn()).toBe(false);
    });
  });
});

describe('refused is', () => {
  it('an answer with another state, and the true answer is not lost by that', async () => {
    const { page, alert, callback, isSignedIn } = await begun(newPerson('*'));
    const forged = new URL(callback);
    forged.searchParams.set('state', 'x'.repeat(43));
    await page.goto(forged.href);
    expect(await alert()).toContain('This sign-in can no longer be completed');
    expect(await isSignedIn()).toBe(false);
    await page.goto(callback);
    expect(await isSignedIn()).toBe(true);
  });

  it('the answer to a sign-in of another browser', async () => {
    const attacker = await begun(newPerson('*'));
    const { page, alert, isSignedIn } = await newDevice();
    await page.goto(attacker.callback);
    expect(await alert()).toContain('This sign-in can no longer be completed');
    expect(await isSignedIn()).toBe(false);
  });

  it('an ID token with another nonce', async () => {
    const { page, alert, isSignedIn } = await newDevice();
    const begin = await page.context().request.get(`${url}/sign-in/provider`, { maxRedirects: 0 });
    const address = new URL(begin.headers()['location'] ?? '');
    address.searchParams.set('nonce', 'x'.repeat(43));
    await page.goto(address.href);
    await signInAtProvider(page, newPerson('*'));
    await page.waitForURL(`${url}/**`);
    expect(await alert()).toContain('Signing in did not work');
    expect(await isSignedIn()).toBe(false);
  });

  it('an ID token with another signature', async () => {
    const { page, alert, isSignedIn, callback } = await begun(newPerson('*'));
    provider.spoilNextSignature();
    await page.goto(callback);
    expect(await alert()).toContain('Signing in did not work');
    expect(await isSignedIn()).toBe(false);
  });

  it('what the person does not agree to', async () => {
    const { page, goto, alert, isSignedIn } = await newDevice();
    await goto('/');
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await page.getByRole('link', { name: /Cancel/ }).click();
    expect(await alert()).toContain('You did not sign in');
    expect(await isSignedIn()).toBe(false);
  });

  it('the sign-in of the demo', async () => {
    const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await fetch(`${url}/sign-in`, { method: 'POST', headers, body: 'back=/' })).status).toBe(404);
  });
});

it.each([
  ['light', 'en'],
  ['dark', 'de'],
] as const)('axe finds nothing on the pages of the sign-in in the %s theme, in %s', async (colorScheme, locale) => {
  const event = await system.createEvent({ total: 1 });
  const { page, goto } = await newDevice({ colorScheme, locale });
  const findings: Finding[] = [];
  const check = async (path: string): Promise<void> => {
    await goto(path);
    findings.push(...(await findingsOn(page, path)));
  };
  for (const path of ['/sign-in', '/sign-in?failed=denied', '/sign-in?failed=failed']) await check(path);
  await goto('/sign-in/provider');
  await signInAtProvider(page, newPerson());
  await page.waitForURL(`${url}/`);
  for (const path of ['/', doorPath(event.id)]) await check(path);
  expect(findings).toEqual([]);
});

it('no code, token or name of the provider is in a log, in a cookie, or in the audit log', async () => {
  const { event, codes } = await buyTickets(1);
  const name = newPerson([event.id]);
  const { page, signIn, present } = await newDevice();
  await signIn(name, doorPath(event.id));
  expect(await present(codes[0] ?? '')).toBe('Admit');
  expect(provider.secrets.length).toBeGreaterThan(0);
  const { dir } = inject('stack');
  const logs = readdirSync(`${dir}/logs`).filter((file) => /console|api/.test(file));
  const texts = logs.map((file) => readFileSync(`${dir}/logs/${file}`, 'utf8'));
  const { rows } = await system.pool.query(`select actor, details from audit_logs where kind = 'admission'`);
  const kept = [...texts, JSON.stringify(rows), JSON.stringify(await page.context().cookies(url))].join();
  for (const secret of [...provider.secrets, name, 'mail.example']) expect(kept).not.toContain(secret);
});
