import { afterEach, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { activeHold, EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
/** What Stripe's adapter tells buyers (packages/payments), and what the purchase itself does. */
const REASONS = [
  'authentication_required',
  'card_not_supported',
  'card_velocity_exceeded',
  'currency_not_supported',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'insufficient_funds',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'payment_intent_authentication_failure',
  'processing_error',
  'withdrawal_count_limit_exceeded',
  'card_declined',
  'invalid_payment_method',
  'amount_not_supported',
  'authentication_timed_out',
];

let close: () => Promise<void>;
afterEach(() => close());

/** Reads the page of an order that was declined for this reason. */
async function declined(reason: string | undefined, hold?: object) {
  const problem = { type: '/problems/payment-declined', title: '', status: 402, detail: '', reason };
  const purchase = { purchaseId: ID, eventId: '1', userId: 'guest-1', status: 'declined', problem };
  const bodies = {
    '/api/events/1': EVENT,
    [`/api/purchases/${ID}`]: purchase,
    ...(hold !== undefined && { [`/api/tickets/holds/${ID}`]: hold }),
  };
  const gateway = await startGateway(bodies, 'not-found');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  return async (language = 'en'): Promise<string> => {
    const headers = { cookie, 'accept-language': language };
    return (await app.request(`/orders/${ID}?hold=${ID}`, { headers })).text();
  };
}

/** What the page says in each language. */
async function saidOf(reason: string | undefined): Promise<string[]> {
  const read = await declined(reason);
  const said = (page: string): string => /role="alert"[^>]*>.*?<p>(.*?)<\/p>/s.exec(page)?.[1] ?? '';
  return [said(await read('en')), said(await read('de'))];
}

it.each(REASONS)('a declined order says why and what to do: %s', async (reason) => {
  const [en, de] = await saidOf(reason);
  expect(en).toMatch(/^(?:\S+ ){3}.*[.] Nothing was charged\.$/);
  expect(de).toMatch(/^(?:\S+ ){3}.*[.] Es wurde nichts abgebucht\.$/);
});

it.each(['no_money', undefined])('a declined order says what to do if its reason is %s', async (reason) => {
  const said = await saidOf(reason);
  await close();
  expect(said).toEqual(await saidOf('card_declined'));
});

it.each([
  ['keeps its tickets can be paid in another way', '2035-06-06T17:00:00.000Z', true],
  ['has lapsed cannot, whatever its status says', '2025-06-06T17:00:00.000Z', false],
])('a declined order whose hold %s', async (_, expiresAt, isOffered) => {
  const read = await declined('card_declined', { ...activeHold(ID, 'guest-1'), expiresAt });
  expect((await read()).includes(`href="/checkout/${ID}"`)).toBe(isOffered);
});
