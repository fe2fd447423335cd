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
      kind: 'stripe',
      publishableKey: 'pk_live_1',
      scriptUrl: STRIPE_JS,
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

const PROVIDER = {
  SHOP_OIDC_ISSUER: 'https://id.example/realms/buyers',
  SHOP_OIDC_CLIENT_ID: 'shop',
  SHOP_PUBLIC_URL: 'https://shop.example',
};
const signInOf = (env: Record<string, string>) => readConfig({ ...BASE, ...env }).signIn;

describe('how buyers sign in', () => {
  it('is not at all by default, as the demo buyer, or at a provider', () => {
    expect(signInOf({})).toEqual({ kind: 'none' });
    expect(signInOf({ SHOP_DEMO_SIGN_IN: 'true' })).toEqual({ kind: 'demo' });
    const provider = { issuer: new URL(PROVIDER.SHOP_OIDC_ISSUER), clientId: 'shop', scope: 'openid' };
    expect(signInOf(PROVIDER)).toEqual({
      kind: 'provider',
      provider: { ...provider, clientSecret: undefined, name: 'id.example' },
    });
    expect(signInOf({ ...PROVIDER, SHOP_OIDC_CLIENT_SECRET: 's', SHOP_OIDC_NAME: 'Example ID' })).toEqual({
      kind: 'provider',
      provider: { ...provider, clientSecret: 's', name: 'Example ID' },
    });
  });

  it.each(['http://127.0.0.1:9000', 'http://localhost:9000', 'http://[::1]:9000'])(
    'may be over HTTP at %s',
    (address) => {
      const local = { ...PROVIDER, SHOP_OIDC_ISSUER: address, SHOP_PUBLIC_URL: 'http://127.0.0.1:8081' };
      expect(signInOf(local)).toMatchObject({ provider: { issuer: new URL(address) } });
    },
  );

  it.each([
    [{ SHOP_OIDC_ISSUER: 'http://id.example' }, 'SHOP_OIDC_ISSUER is no HTTPS address'],
    [{ SHOP_OIDC_ISSUER: 'http://127.0.0.1.evil.example' }, 'SHOP_OIDC_ISSUER is no HTTPS address'],
    [{ SHOP_OIDC_ISSUER: 'https://id.example?a=b' }, 'SHOP_OIDC_ISSUER is no HTTPS address'],
    [{ SHOP_OIDC_ISSUER: 'https://a:b@id.example' }, 'SHOP_OIDC_ISSUER is no HTTPS address'],
    [{ SHOP_OIDC_ISSUER: 'id.example' }, 'SHOP_OIDC_ISSUER is no HTTPS address'],
    [{ SHOP_OIDC_ISSUER: '' }, 'SHOP_OIDC_CLIENT_ID is set, and SHOP_OIDC_ISSUER is not'],
    [{ SHOP_OIDC_CLIENT_ID: '' }, 'SHOP_OIDC_ISSUER needs SHOP_OIDC_CLIENT_ID'],
    [{ SHOP_PUBLIC_URL: '' }, 'SHOP_OIDC_ISSUER needs SHOP_PUBLIC_URL'],
    [{ SHOP_PUBLIC_URL: 'http://shop.example' }, 'SHOP_OIDC_ISSUER needs SHOP_PUBLIC_URL'],
    [{ SHOP_DEMO_SIGN_IN: 'true' }, 'set one'],
  ])('stops the process with one line where it is wrong: %j', (change, message) => {
    expect(() => signInOf({ ...PROVIDER, ...change })).toThrow(message);
    expect(() => signInOf({ ...PROVIDER, ...change })).not.toThrow('\n');
  });
});
