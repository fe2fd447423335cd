import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { activeHold, EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
/** Of a buyer who has signed in, and need not give a contact. */
const HOLD = activeHold(ID, 'somebody');
const PURCHASE = { purchaseId: ID, eventId: '1', userId: 'somebody', status: 'confirmed', amountMinor: 0 };

let gateway: Awaited<ReturnType<typeof startGateway>>;
let app: Awaited<ReturnType<typeof appWith>>;
let cookie: string;
beforeEach(async () => {
  const bodies = { '/api/events/1': EVENT, [`/api/tickets/holds/${ID}`]: HOLD, '/api/tickets/purchase': PURCHASE };
  gateway = await startGateway(bodies, 'unknown-contact');
  app = await appWith({ API_URL: gateway.url, SHOP_TEST_PAYMENTS: 'true' });
  cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
});
afterEach(() => gateway.close());

const CHECKOUT = `/checkout/${ID}`;
const IS_UNREAD = /<input type="hidden" name="contact" value="unread"/;
const readCheckout = async () => (await app.request(CHECKOUT, { headers: { cookie } })).text();

async function pay(contact: Record<string, string>) {
  gateway.asked.length = 0;
  const body = new URLSearchParams({ key: ID, amount: '4800', method: 'pm_approve', name: '', email: '', ...contact });
  return app.request(CHECKOUT, { method: 'POST', headers: { cookie, origin: 'http://localhost' }, body });
}

describe('a contact that was given before', () => {
  it.each([429, 503])(
    'and cannot be read (%i) is not erased by the empty fields of the payment step',
    async (status) => {
      gateway.refuseWith({ problem: 'unavailable', status });
      expect(await readCheckout()).toMatch(IS_UNREAD);
      const answer = await pay({ contact: 'unread' });
      expect(answer.headers.get('location')).toBe(`/orders/${ID}?hold=${ID}`);
      expect(gateway.asked).not.toContain('/api/contact');
    },
  );

  it('is replaced by what is entered all the same', async () => {
    await pay({ contact: 'unread', name: 'Ann Lee', email: 'ann@example.com' });
    const body = JSON.stringify({ name: 'Ann Lee', email: 'ann@example.com', language: 'en' });
    expect(gateway.sent).toContainEqual({ method: 'PUT', path: '/api/contact', body });
  });

  it('and cannot be read is no empty form of the page that changes it', async () => {
    gateway.refuseWith({ problem: 'unavailable', status: 503 });
    const answer = await app.request('/contact', { headers: { cookie } });
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('action="/contact"');
  });
});

it('that no contact was given before is known from the answer that says so', async () => {
  expect(await readCheckout()).not.toMatch(IS_UNREAD);
});

it('a hold is not read for a payment that was answered at once', async () => {
  expect((await pay({ contact: 'unread' })).status).toBe(303);
  gateway.asked.length = 0;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(gateway.asked).toEqual([]);
});
