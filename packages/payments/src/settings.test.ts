import { describe, expect, it } from 'vitest';
import { paymentSettings } from './settings.js';

const url = 'http://127.0.0.1:8090';

describe('paymentSettings', () => {
  it('without a key means the simulator', () => {
    expect(paymentSettings({ PAYMENT_URL: url })).toMatchObject({ url, secretKey: 'sk_test_simulator' });
  });

  it.each(['sk_test_1', 'sk_live_1', 'rk_live_1'])('%s means Stripe', (key) => {
    expect(paymentSettings({ STRIPE_SECRET_KEY: key })).toMatchObject({
      url: 'https://api.stripe.com',
      secretKey: key,
    });
  });

  it('takes a pair of keys of one mode', () => {
    const pair = { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_PUBLISHABLE_KEY: 'pk_live_1' };
    expect(paymentSettings(pair).secretKey).toBe('sk_live_1');
  });

  it.each([
    ['nothing', {}],
    ['a live key with the simulator', { PAYMENT_URL: url, STRIPE_SECRET_KEY: 'sk_live_1' }],
    ['a publishable key alone', { PAYMENT_URL: url, STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }],
    ['a publishable key as the secret one', { STRIPE_SECRET_KEY: 'pk_live_1' }],
    ['something else', { STRIPE_SECRET_KEY: 'hunter2' }],
  ])('refuses %s, and never names a key', (_, env) => {
    expect(() => paymentSettings(env)).toThrow(/^(?!.*(?:_live_1|_test_1|hunter2)).*(?:STRIPE|PAYMENT)_/);
  });
});
