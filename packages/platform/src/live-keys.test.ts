import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from './config.js';

/** A process that reads none of these variables. */
const start = (env: Record<string, string>) => () => parseConfig(z.object({}), env);

describe('a live key of Stripe', () => {
  it.each([
    [{ STRIPE_PUBLISHABLE_KEY: 'pk_live_hunter2', CONSOLE_DEMO_SIGN_IN: 'true' }, 'CONSOLE_DEMO_SIGN_IN lets anybody'],
    [{ STRIPE_SECRET_KEY: 'sk_live_hunter2', SHOP_DEMO_SIGN_IN: 'true' }, 'SHOP_DEMO_SIGN_IN lets anybody sign in'],
    [{ STRIPE_SECRET_KEY: 'rk_live_hunter2', SHOP_DEMO_SIGN_IN: 'yes' }, 'SHOP_DEMO_SIGN_IN lets anybody sign in'],
    [{ STRIPE_SECRET_KEY: 'sk_live_hunter2', STRIPE_PUBLISHABLE_KEY: 'pk_test_hunter2' }, 'of one mode'],
    [{ STRIPE_SECRET_KEY: 'sk_test_hunter2', STRIPE_PUBLISHABLE_KEY: 'pk_live_hunter2' }, 'of one mode'],
  ])('stops every process, and is not shown: %j', (env, message) => {
    expect(start(env)).toThrow(message);
    expect(start(env)).not.toThrow('hunter2');
  });

  it.each([
    { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_PUBLISHABLE_KEY: 'pk_live_1', SHOP_DEMO_SIGN_IN: 'false' },
    { STRIPE_SECRET_KEY: 'sk_live_1', CONSOLE_DEMO_SIGN_IN: '' },
    { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_PUBLISHABLE_KEY: 'pk_test_1', SHOP_DEMO_SIGN_IN: 'true' },
    { STRIPE_WEBHOOK_SECRET: 'whsec_live_1', SHOP_DEMO_SIGN_IN: 'true' },
  ])('does not stop it for %j', (env) => {
    expect(start(env)).not.toThrow();
  });
});
