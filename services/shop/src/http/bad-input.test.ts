import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { activeHold, EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
const TICKET = '0c7f0a5e-3c1e-4f0a-9d54-7be94a2d8b21';
const ticket = { ticketId: TICKET, ticketType: 'Adult', serial: 1, status: 'valid' };
const shown = { ...ticket, eventId: '1', purchaseId: ID, userId: 'guest-1', transferred: false, admission: null };
const BODIES = {
  '/api/events/1': EVENT,
  '/api/contact': {},
  [`/api/tickets/holds/${ID}`]: activeHold(ID, 'guest-1'),
  [`/api/purchases/${ID}`]: {
    purchaseId: ID,
    eventId: '1',
    userId: 'guest-1',
    status: 'confirmed',
    tickets: [ticket],
  },
  [`/api/purchases/${ID}/tickets`]: { tickets: [{ ...shown, code: 'A', offeredUntil: null }] },
  [`/api/tickets/${TICKET}`]: { ...shown, code: 'A', offeredUntil: null },
};

let gateway: Awaited<ReturnType<typeof startGateway>>;
let app: Awaited<ReturnType<typeof appWith>>;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway(BODIES, 'not-found');
  app = await appWith({ API_URL: gateway.url, SHOP_TEST_PAYMENTS: 'true' });
  cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
});
afterAll(() => gateway.close());

const send = (path: string, body: string | URLSearchParams, headers: Record<string, string> = {}) =>
  app.request(path, { method: 'POST', headers: { cookie, origin: 'http://localhost', ...headers }, body });

const BROKEN = { 'content-type': 'multipart/form-data; boundary=x' };
const LARGE = new URLSearchParams({ name: 'x'.repeat(20_000) });

describe('a form', () => {
  it.each([
    ['en', BROKEN, 'no part', 400, 'The form could not be read', 'Back to the form'],
    ['de', BROKEN, 'no part', 400, 'Das Formular war nicht lesbar', 'Zurück zum Formular'],
    ['en', {}, LARGE, 413, 'The form has too much text', 'Back to the form'],
    ['de', {}, LARGE, 413, 'Das Formular enthält zu viel Text', 'Zurück zum Formular'],
  ])('that cannot be taken says why and leads back (%s)', async (language, headers, body, status, title, back) => {
    const said = { ...headers, 'accept-language': language, referer: `http://localhost/contact?order=${ID}` };
    const answer = await send('/contact', body, said);
    expect(answer.status).toBe(status);
    const page = await answer.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toMatch(new RegExp(`href="/contact\\?order=${ID}">\\s*${back}`));
  });

  it('leads back to where it was sent if the browser does not say from where, and never to another site', async () => {
    for (const referer of ['', 'http://localhost.evil.example/x', 'http://localhost//evil.example']) {
      const page = await (await send('/find-orders', 'no part', { ...BROKEN, referer })).text();
      expect(page).toContain('href="/find-orders">');
    }
  });

  it('that was refused keeps its page when the language is changed', async () => {
    const page = `/tickets/${TICKET}/give-away?shown`;
    const sentTo = `/tickets/${TICKET}/give-away/withdraw`;
    gateway.refuseWith({ problem: 'not-found', status: 409 });
    for (const [referer, at] of [
      [`http://localhost${page}`, page],
      ['', sentTo],
    ] as const) {
      const html = await (await send(sentTo, new URLSearchParams(), { referer })).text();
      expect(html).toContain(`<input type="hidden" name="back" value="${at}"`);
    }
  });

  it('without a choice says so at the options', async () => {
    gateway.refuseWith({ problem: 'not-found', status: 404 });
    const fields = { key: ID, amount: '4800', name: 'Ann Lee', email: 'a@b.example' };
    const html = await (await send(`/checkout/${ID}`, new URLSearchParams(fields))).text();
    expect(html).toMatch(/<fieldset [^>]*role="radiogroup"[^>]* aria-describedby="method-help method-error"/);
    expect(html).toMatch(/<fieldset [^>]*role="radiogroup"[^>]* aria-invalid="true"/);
    expect(html).toMatch(/<p class="field-error" id="method-error">\s*Choose how you want to pay/);
    expect(html).toMatch(/<input type="radio" id="method"/);
  });

  it('is on the page above the address to which it was sent, if that takes forms alone', async () => {
    const at = async (path: string) => {
      const answer = await app.request(path);
      return [answer.status, answer.headers.get('location')];
    };
    expect(await at('/events/1/hold')).toEqual([303, '/events/1']);
    expect(await at(`/tickets/${TICKET}/give-away/withdraw`)).toEqual([303, `/tickets/${TICKET}/give-away`]);
    expect(await at('/language')).toEqual([303, '/']);
    expect(await at('/none')).toEqual([404, null]);
  });
});

const FORMS: readonly [path: string, fields: Record<string, string>][] = [
  ['/events/1/hold', { key: ID, 'quantity.Adult': '1' }],
  [`/checkout/${ID}`, { key: ID, method: 'pm_approve', amount: '4800', name: 'Ann Lee', email: 'a@b.example' }],
  [`/orders/${ID}/mail`, {}],
  [`/orders/${ID}/cancel`, { ticket: TICKET, refund: '4800' }],
  [`/tickets/${TICKET}/give-away`, {}],
  [`/tickets/${TICKET}/give-away/withdraw`, {}],
  ['/transfer', { code: 'x' }],
  ['/find-orders', { email: 'a@b.example' }],
  ['/guest-link', { token: 'x' }],
];
const ADDRESSES = [
  '/orders?after=x',
  '/orders/none',
  '/tickets/none',
  '/checkout/none',
  '/events/none',
  '/transfer?code=x',
  `/orders/${ID}/receipts`,
  `/orders/${ID}/cancel`,
];

describe('what the gateway refuses', () => {
  it.each(FORMS)('as the buyer’s of the form %s is no failure of the shop', async (path, fields) => {
    for (const [problem, status] of [
      ...([['sold-out', 409] as const, ['rate-limited', 429], ['payload-too-large', 413]] as const),
      ['unknown-event', 404] as const,
    ]) {
      gateway.refuseWith({ problem, status });
      expect([problem, (await send(path, new URLSearchParams(fields))).status]).toEqual([problem, status]);
    }
    gateway.refuseWith({ problem: 'invalid-request', status: 422 });
    const { status } = await send(path, new URLSearchParams(fields));
    expect([404, 422]).toContain(status);
  });

  it.each(ADDRESSES)('of the address %s is a page that is not there', async (path) => {
    for (const problem of ['invalid-request', 'not-found']) {
      gateway.refuseWith({ problem, status: problem === 'not-found' ? 404 : 422 });
      expect((await app.request(path, { headers: { cookie } })).status).toBeOneOf([404, 422]);
    }
  });

  it('in vain, or because it does not accept the shop’s token, is a failure', async () => {
    for (const status of [401, 403, 500, 503]) {
      gateway.refuseWith({ problem: 'unavailable', status });
      for (const path of ['/orders', `/orders/${randomUUID()}`, `/orders/${randomUUID()}/status`]) {
        expect([path, (await app.request(path, { headers: { cookie } })).status]).toEqual([path, 503]);
      }
    }
  });

  it('because it is more than can be paid at once says how much can', async () => {
    const members = { maximumMinor: 99_999_999, currency: 'EUR' };
    gateway.refuseWith({ problem: 'amount-too-large', status: 422, members });
    const answer = await send('/events/1/hold', new URLSearchParams({ key: ID, 'quantity.Adult': '2' }));
    const page = (await answer.text()).replaceAll('\u00A0', ' ');
    expect(answer.status).toBe(422);
    expect(page).toContain('Choose fewer tickets, and buy the others in another order.');
    expect(page).toContain('At most EUR 999,999.99 can be paid at once.');
    expect(page).toMatch(/name="quantity\.Adult"[^>]*value="2"/);
  });

  it('because it came too often says when it can be tried again', async () => {
    for (const [retryAfterS, en, de] of [
      [700, 'You can try again in 12 minutes.', 'Sie können es in 12 Minuten noch einmal versuchen.'],
      [40, 'You can try again in 40 seconds.', 'Sie können es in 40 Sekunden noch einmal versuchen.'],
    ] as const) {
      gateway.refuseWith({ problem: 'rate-limited', status: 429, retryAfterS });
      for (const [language, words] of Object.entries({ en, de })) {
        const page = await send(`/orders/${ID}/mail`, new URLSearchParams(), { 'accept-language': language });
        expect(await page.text()).toContain(words);
      }
    }
  });
});
