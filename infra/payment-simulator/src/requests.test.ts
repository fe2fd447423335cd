import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;

beforeAll(async () => {
  simulation = await openSimulator();
});

afterAll(() => simulation.close());

const api: Simulation['api'] = (method, path, params, key) => simulation.api(method, path, params, key);

const RIGHT = {
  amount: '500',
  currency: 'eur',
  capture_method: 'manual',
  confirm: 'true',
  payment_method: 'pm_card_visa',
  'automatic_payment_methods[enabled]': 'true',
  'automatic_payment_methods[allow_redirects]': 'never',
};

describe('a request that is wrong', () => {
  it.each([
    ['a fraction of a cent', { amount: '0.5' }, 'amount'],
    ['a negative amount', { amount: '-1' }, 'amount'],
    ['nothing', { amount: '0' }, 'amount'],
    ['a currency that is none', { currency: 'xxx' }, 'currency'],
    ['an amount that the currency does not have', { amount: '5124', currency: 'kwd' }, 'amount'],
    ['a parameter that does not exist', { colour: 'red' }, 'colour'],
    ['a payment method that does not exist', { payment_method: 'pm_none' }, 'payment_method'],
  ])('is rejected, and its key is free: %s', async (_, wrong, param) => {
    const key = randomUUID();
    const answer = await api('POST', '/v1/payment_intents', { ...RIGHT, ...wrong }, key);
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', param } } });
    expect((await api('POST', '/v1/payment_intents', RIGHT, key)).status).toBe(200);
  });

  it('is rejected without a test key, with another version and when it is too large', async () => {
    const post = async (headers: Record<string, string>, body = ''): Promise<number> =>
      (await fetch(`${simulation.simulator.url}/v1/payment_intents`, { method: 'POST', headers, body })).status;
    const authorization = 'Bearer sk_test_1';
    expect(await post({})).toBe(401);
    expect(await post({ authorization: 'Bearer sk_live_1' })).toBe(401);
    expect(await post({ authorization, 'stripe-version': '2020-01-01' })).toBe(400);
    expect(await post({ authorization }, 'x'.repeat(20_000))).toBe(413);
  });
});

describe('an idempotency key', () => {
  it('replays the first answer with the state as it was, and says so', async () => {
    const key = randomUUID();
    const first = await api('POST', '/v1/payment_intents', RIGHT, key);
    const { id } = first.body as { id: string };
    await api('POST', `/v1/payment_intents/${id}/cancel`, {});
    const again = await api('POST', '/v1/payment_intents', RIGHT, key);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  });

  it('is in use while its first request is in progress', async () => {
    const key = randomUUID();
    const slow = { ...RIGHT, payment_method: 'pm_slow_500' };
    const first = api('POST', '/v1/payment_intents', slow, key);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const meanwhile = await api('POST', '/v1/payment_intents', slow, key);
    expect(meanwhile).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_in_use' } } });
    expect((await first).status).toBe(200);
  });
});
