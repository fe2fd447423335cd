import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFakeGateway, type FakeGateway } from './testing/fake-gateway.js';

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';
const MESSAGE = '73ee1f9c-597c-59b8-9a7f-17e585593ae8';
const ENDPOINT = {
  endpointId: ID,
  url: 'https://shop.example/hooks',
  types: ['purchase.confirmed'],
  status: 'enabled',
  disabledReason: null,
  failingSince: null,
  pending: 3,
  createdAt: '2026-11-25T17:00:00.000Z',
};
let gateway: FakeGateway;

beforeAll(async () => {
  gateway = await openFakeGateway();
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

describe('webhooks', () => {
  it('register shows the secret, and list does not', async () => {
    gateway.answers.push(
      { status: 201, body: { ...ENDPOINT, secret: 'whsec_abc' } },
      { body: { endpoints: [ENDPOINT] } },
    );
    const registered = await gateway.cli('webhooks', 'register', ENDPOINT.url, '--types', 'purchase.confirmed');
    expect(registered.out).toMatch(/^secret +whsec_abc$/m);
    expect(gateway.asked).toMatchObject([{ body: { url: ENDPOINT.url, types: ['purchase.confirmed'] } }]);
    expect((await gateway.cli('webhooks', 'list')).out).toMatch(/https:\/\/shop\.example\/hooks .* enabled .* 3$/m);
  });

  it('refuse an unknown type and a change of nothing before anything is sent', async () => {
    const wrong = await gateway.cli('webhooks', 'register', ENDPOINT.url, '--types', 'purchase.lost');
    expect([wrong.code, (await gateway.cli('webhooks', 'change', ID)).code, gateway.asked]).toEqual([2, 2, []]);
    expect(wrong.err).toContain('purchase.confirmed');
  });

  it('change, disable and enable an endpoint, and delete it after a confirmation', async () => {
    gateway.answers.push(...Array.from({ length: 5 }, () => ({ body: ENDPOINT })));
    await gateway.cli('webhooks', 'change', ID, '--url', 'https://new.example');
    await gateway.cli('webhooks', 'disable', ID);
    await gateway.cli('webhooks', 'enable', ID);
    expect((await gateway.cli('webhooks', 'delete', ID)).code).toBe(2);
    gateway.answers.push({ body: { endpointId: ID } });
    expect((await gateway.cli('webhooks', 'delete', ID, '--yes')).out).toBe(`Endpoint ${ID} is deleted.\n`);
    const path = `/api/operations/webhooks/${ID}`;
    expect(gateway.asked.map(({ line }) => line)).toEqual([
      ...Array.from({ length: 3 }, () => `PATCH ${path}`),
      `GET ${path}`,
      `GET ${path}`,
      `DELETE ${path}`,
    ]);
    expect(gateway.asked.map(({ body }) => body).slice(0, 3)).toEqual([
      { url: 'https://new.example' },
      { status: 'disabled' },
      { status: 'enabled' },
    ]);
  });

  it('replay a period to its end, in as many requests as it takes', async () => {
    const next = '2026-11-25T18:00:00.000Z';
    gateway.answers.push(
      { status: 202, body: { messages: 10_000, next } },
      { status: 202, body: { messages: 5, next: null } },
    );
    const { out } = await gateway.cli('webhooks', 'replay', ID, '--from', '2026-11-25', '--to', '2026-11-26');
    expect(out).toBe('10005 messages are sent again.\n');
    expect(gateway.asked.map(({ body }) => body)).toEqual([
      { from: '2026-11-25T00:00:00.000Z', to: '2026-11-26T00:00:00.000Z' },
      { from: next, to: '2026-11-26T00:00:00.000Z' },
    ]);
    expect((await gateway.cli('webhooks', 'replay', ID)).code).toBe(2);
  });

  it('test, rotate the secret and show the log', async () => {
    const attempt = { attemptId: 1, messageId: MESSAGE, messageType: 'webhook.test', attemptedAt: ENDPOINT.createdAt };
    gateway.answers.push(
      { status: 202, body: { messageId: MESSAGE } },
      { body: { ...ENDPOINT, secret: 'whsec_new' } },
      { body: { attempts: [{ ...attempt, statusCode: 500, latencyMs: 12, error: 'HTTP 500' }], next: null } },
    );
    expect((await gateway.cli('webhooks', 'test', ID)).out).toBe(`Message ${MESSAGE} is sent.\n`);
    expect((await gateway.cli('webhooks', 'rotate-secret', ID, '--previous-valid', '0')).out).toContain('whsec_new');
    expect((await gateway.cli('webhooks', 'log', ID)).out).toMatch(/webhook\.test +73ee\S+ +500 +12 +HTTP 500$/m);
    expect(gateway.asked[1]?.body).toEqual({ previousValidS: 0 });
  });
});
