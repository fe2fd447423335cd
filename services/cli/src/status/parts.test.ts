import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../config.js';
import { checkParts, type Part } from './parts.js';

const KEY = 'sk_test_1';

let readiness: object;
let lastAuthorization: string | undefined;
/** Answers as a process, and as Stripe. */
const server = createServer(({ url, headers }, response) => {
  lastAuthorization = headers.authorization;
  const status = url?.startsWith('/v1/') === true && lastAuthorization !== `Bearer ${KEY}` ? 401 : 200;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(readiness));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

const serverUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function gatewayThatAnswers(answer: object): Promise<{ readonly url: string; readonly part: Part | undefined }> {
  readiness = answer;
  const url = serverUrl();
  const parts = await checkParts(configOf({ API_HEALTH_URL: url }, []), { rabbitmq: {}, postgres: {} });
  return { url, part: parts.find(({ part }) => part === 'gateway') };
}

describe('a gateway', () => {
  it('is degraded if it serves and its worker lacks something', async () => {
    const degraded = { worker: 'the worker is STOPPED', broker: 'not connected' };
    expect((await gatewayThatAnswers({ ok: true, failed: {}, degraded })).part).toEqual({
      part: 'gateway',
      state: 'degraded',
      detail: 'worker: the worker is STOPPED; broker: not connected',
    });
  });

  it('is ready if nothing fails, and not ready if it does not serve', async () => {
    const { url, part } = await gatewayThatAnswers({ ok: true, failed: {}, degraded: {} });
    expect(part).toEqual({ part: 'gateway', state: 'ready', detail: url });
    const failing = { ok: false, failed: { redis: 'timed out' }, degraded: { broker: 'not connected' } };
    expect((await gatewayThatAnswers(failing)).part).toMatchObject({ state: 'not ready', detail: 'redis: timed out' });
  });
});

describe('the payment provider', () => {
  async function providerOf(env: Readonly<Record<string, string>>): Promise<Part | undefined> {
    readiness = {};
    const parts = await checkParts(configOf(env, []), { rabbitmq: {}, postgres: {} }, serverUrl());
    return parts.find(({ part }) => part === 'payment provider');
  }

  it('is Stripe where its key is set, and not ready if it refuses the key', async () => {
    expect(await providerOf({ STRIPE_SECRET_KEY: KEY })).toMatchObject({ state: 'ready', detail: serverUrl() });
    const refused = await providerOf({ STRIPE_SECRET_KEY: 'rk_live_2' });
    expect(refused).toMatchObject({ state: 'not ready', detail: `${serverUrl()}: HTTP 401` });
  });

  it('is what listens at PAYMENT_URL, which gets no key', async () => {
    const simulated = await providerOf({ STRIPE_SECRET_KEY: KEY, PAYMENT_URL: serverUrl() });
    expect(simulated).toMatchObject({ state: 'ready', detail: serverUrl() });
    expect(lastAuthorization).toBeUndefined();
  });

  it('is unknown if neither is set', async () => {
    const detail = 'STRIPE_SECRET_KEY or PAYMENT_URL is not set';
    expect(await providerOf({})).toMatchObject({ state: 'unknown', detail });
  });
});
