import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { GivenAddresses } from '../config.js';
import { serviceEnvironment } from './service-environment.js';
import { openState } from './state.js';

const dir = mkdtempSync(join(tmpdir(), 'service-environment-'));
afterAll(() => rmSync(dir, { recursive: true }));
const { secrets } = openState(dir);
const SIMULATOR = 'http://127.0.0.1:20009';

const payments = (env: Record<string, string>, given: GivenAddresses = {}) => {
  const addresses = {
    ...{ databaseUrl: 'postgres://a', databaseOwnerUrl: 'postgres://b', redisUrl: 'redis://c', amqpUrl: 'amqp://d' },
    ...{ temporalAddress: 'e:1', temporalNamespace: 'default' },
  };
  const paymentUrl = given.paymentUrl ?? SIMULATOR;
  const { PAYMENT_URL: url, SHOP_TEST_PAYMENTS: testPayments } = serviceEnvironment({
    ...{ dir, given, env, addresses, secrets, paymentUrl },
  });
  return { url, testPayments };
};

describe('the services of a stack', () => {
  it('pay at the simulator, whose methods the shop offers', () => {
    expect(payments({})).toEqual({ url: SIMULATOR, testPayments: 'true' });
    expect(payments({ STRIPE_PUBLISHABLE_KEY: 'pk_test_1' })).toEqual({ url: SIMULATOR });
  });

  it('pay at Stripe with its key: no simulator is named, and none of its methods offered', () => {
    expect(payments({ STRIPE_SECRET_KEY: 'sk_test_1' })).toEqual({});
    expect(payments({ STRIPE_SECRET_KEY: 'sk_test_1', PAYMENT_URL: SIMULATOR })).toEqual({});
    const mock = 'http://127.0.0.1:12111';
    expect(payments({ STRIPE_SECRET_KEY: 'sk_test_1' }, { paymentUrl: mock })).toEqual({ url: mock });
  });
});
