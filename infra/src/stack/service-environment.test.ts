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

const environment = (env: Record<string, string>, given: GivenAddresses = {}): Record<string, string> => {
  const addresses = {
    databaseUrl: 'postgres://a',
    databaseOwnerUrl: 'postgres://b',
    redisUrl: 'redis://c',
    amqpUrl: 'amqp://d',
    temporalAddress: 'e:1',
    temporalNamespace: 'default',
  };
  const paymentUrl = given.paymentUrl ?? SIMULATOR;
  return serviceEnvironment({ dir, given, env, addresses, secrets, paymentUrl });
};
const payments = (...o: Parameters<typeof environment>) => {
  const { PAYMENT_URL: url, SHOP_TEST_PAYMENTS: testPayments } = environment(...o);
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

  it.each(['SHOP', 'CONSOLE'])('let anybody sign in at %s, unless people sign in at a provider', (pages) => {
    const [demo, publicUrl] = [`${pages}_DEMO_SIGN_IN`, `${pages}_PUBLIC_URL`];
    const address = { [publicUrl]: 'http://127.0.0.1:8000' };
    expect(environment(address)).toMatchObject({ SHOP_DEMO_SIGN_IN: 'true', CONSOLE_DEMO_SIGN_IN: 'true' });
    expect(environment(address)).not.toHaveProperty(publicUrl);
    const withProvider = environment({ ...address, [`${pages}_OIDC_ISSUER`]: 'http://127.0.0.1:9000' });
    expect(withProvider).toMatchObject(address);
    expect(withProvider).not.toHaveProperty(demo);
  });
});
