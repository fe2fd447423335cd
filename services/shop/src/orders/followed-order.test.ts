import { afterEach, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
const LONG_AGO = '2025-06-06T17:00:00.000Z';
const ACTION = { kind: 'redirect_to_url', url: 'https://bank.example/', until: '2035-06-06T17:00:00.000Z' };
const RELOAD = /<noscript><meta http-equiv="refresh" content="(\d+)"\/?><\/noscript>/;

let close: () => Promise<void>;
afterEach(() => close());

/** An order of which the gateway says this. */
async function orderWith(purchase: Record<string, unknown>) {
  const body = { purchaseId: ID, eventId: '1', userId: 'guest-1', currency: 'EUR', ...purchase };
  const gateway = await startGateway({ '/api/events/1': EVENT, [`/api/purchases/${ID}`]: body }, 'not-found');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  const read = async (path: string, language = 'en'): Promise<string> =>
    (await app.request(`/orders/${ID}${path}`, { headers: { cookie, 'accept-language': language } })).text();
  return { body, read };
}

/** The steps of an order that is open, each with its class. */
const stepsOn = (page: string): string[] =>
  [...page.matchAll(/<li class="(done|now|)"[^>]*>([^<]*)<\/li>/g)].map(([, state, text]) => `${state}: ${text}`);

describe('an open order says what is known of it', () => {
  it.each([
    ['not_needed', ['done: Order received', 'done: Nothing to pay', 'now: Tickets']],
    ['authorising', ['done: Order received', 'now: The payment is being checked', ': Tickets']],
    ['completing', ['done: Order received', 'now: Completing the payment', ': Tickets']],
    [undefined, ['done: Order received', 'now: In progress', ': Tickets']],
  ])('%s', async (paymentStatus, steps) => {
    const { read } = await orderWith({ status: 'open', paymentStatus, createdAt: LONG_AGO });
    const page = await read('');
    expect(stepsOn(page)).toEqual(steps);
    expect(page).toContain('longer than usual');
    // No page can tell who takes the time.
    expect(page).not.toMatch(/bank/i);
    expect(await read('', 'de')).not.toMatch(/bank/i);
  });
});

describe('without JavaScript', () => {
  it.each([
    ['open', {}],
    ['cancelling', { pendingMinor: 4_800 }],
    ['cancelled', { pendingMinor: 4_800 }],
  ])('an order that is %s is loaded again, and not more often than it can be read', async (status, more) => {
    const page = await (await orderWith({ status, ...more })).read('');
    expect(Number(RELOAD.exec(page)?.[1])).toBeGreaterThanOrEqual(10);
    expect(page.replace(RELOAD, '')).not.toContain('http-equiv="refresh"');
  });

  it('an order that waits for its buyer stays as it is, with a link that shows it again', async () => {
    const page = await (await orderWith({ status: 'open', nextAction: ACTION })).read('?hold=h');
    expect(page).not.toContain('http-equiv="refresh"');
    expect(page).toMatch(new RegExp(`<noscript><p><a href="/orders/${ID}\\?hold=h">Show`));
  });
});

describe('a hold that is being taken', () => {
  it('is loaded again without JavaScript alone, and else followed by its status', async () => {
    const hold = { holdId: ID, eventId: '1', userId: 'guest-1', status: 'open' };
    const gateway = await startGateway({ '/api/events/1': EVENT, [`/api/tickets/holds/${ID}`]: hold }, 'not-found');
    ({ close } = gateway);
    const app = await appWith({ API_URL: gateway.url });
    const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
    const read = async (path: string) => (await app.request(path, { headers: { cookie } })).text();
    const page = await read(`/checkout/${ID}`);
    expect(page).toMatch(RELOAD);
    expect(page.replace(RELOAD, '')).not.toContain('http-equiv="refresh"');
    const [, path = '', status = ''] = /data-follow="([^"]*)" data-status="([^"]*)"/.exec(page) ?? [];
    expect(JSON.parse(await read(path))).toEqual({ status });
    hold.status = 'active';
    expect(JSON.parse(await read(path))).toEqual({ status: 'active' });
    expect((await app.request(path)).status).toBe(404);
  });
});

describe('with JavaScript', () => {
  it.each([
    ['the amount that is being refunded', { status: 'cancelling', pendingMinor: 4_800 }, { pendingMinor: 2_400 }],
    ['the end of the refunds', { status: 'cancelled', pendingMinor: 2_400 }, { pendingMinor: 0 }],
    ['the payment', { status: 'open', paymentStatus: 'authorising' }, { paymentStatus: 'completing' }],
    ['what the buyer has to do', { status: 'open' }, { nextAction: ACTION }],
  ])('an order is shown again when something else is %s', async (_, before, after) => {
    const { body, read } = await orderWith(before);
    const page = await read('');
    expect(page).toContain(`data-follow="/orders/${ID}/status"`);
    const shown = /data-status="([^"]*)"/.exec(page)?.[1];
    expect(JSON.parse(await read('/status'))).toEqual({ status: shown });
    Object.assign(body, after);
    expect((JSON.parse(await read('/status')) as { status: string }).status).not.toBe(shown);
  });

  it('an order that is cancelled and refunded is final', async () => {
    expect(await (await orderWith({ status: 'cancelled', refundedMinor: 4_800 })).read('')).not.toContain(
      'data-follow',
    );
  });
});
