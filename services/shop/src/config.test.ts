import { describe, expect, it } from 'vitest';
import { readConfig, STRIPE_JS } from './config.js';

const BASE = {
  API_URL: 'http://127.0.0.1:8080',
  SHOP_SESSION_SECRET: 'x'.repeat(32),
  SHOP_SIGNING_KEY: 'eA==',
};
const formOf = (env: Record<string, string>) => readConfig({ ...BASE, ...env }).paymentForm;

describe('how buyers pay', () => {
  it('is not at all by default, with the simulator’s methods, or with Stripe', () => {
    expect(formOf({})).toEqual({ kind: 'none' });
    expect(formOf({ SHOP_TEST_PAYMENTS: 'true' })).toEqual({ kind: 'test_methods' });
    expect(formOf({ STRIPE_PUBLISHABLE_KEY: 'pk_live_1' })).toEqual({
      ...{ kind: 'stripe', publishableKey: 'pk_live_1', scriptUrl: STRIPE_JS },
    });
  });

  it.each([
    [{ STRIPE_PUBLISHABLE_KEY: 'sk_test_1' }, 'STRIPE_PUBLISHABLE_KEY'],
    [{ STRIPE_PUBLISHABLE_KEY: 'pk_test_1', SHOP_TEST_PAYMENTS: 'true' }, 'two ways to pay'],
    [{ STRIPE_PUBLISHABLE_KEY: 'pk_live_1', SHOP_DEMO_SIGN_IN: 'true' }, 'lets anybody sign in'],
    [{ STRIPE_PUBLISHABLE_KEY: 'pk_live_1', STRIPE_JS_URL: 'http://localhost/stripe.js' }, 'for tests'],
    [{ STRIPE_JS_URL: 'http://localhost/stripe.js' }, 'STRIPE_PUBLISHABLE_KEY is not'],
  ])('stops the process where settings contradict each other: %j', (env, message) => {
    expect(() => formOf(env)).toThrow(message);
  });
});
