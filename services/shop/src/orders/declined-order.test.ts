import { afterEach, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

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

/** What the page of an order that was declined for this reason says, in each language. */
async function saidOf(reason: string | undefined): Promise<string[]> {
  const problem = { type: '/problems/payment-declined', title: '', status: 402, detail: '', reason };
  const purchase = { purchaseId: ID, eventId: '1', userId: 'guest-1', status: 'declined', problem };
  const gateway = await startGateway({ '/api/events/1': EVENT, [`/api/purchases/${ID}`]: purchase }, 'not-found');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  const read = async (language: string): Promise<string> => {
    const answer = await app.request(`/orders/${ID}`, { headers: { cookie, 'accept-language': language } });
    return /role="alert"[^>]*>.*?<p>(.*?)<\/p>/s.exec(await answer.text())?.[1] ?? '';
  };
  return [await read('en'), await read('de')];
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
