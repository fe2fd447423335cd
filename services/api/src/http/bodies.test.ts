import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let eventId: string;
let token: string;
let operator: string;
beforeAll(async () => {
  test = await openTestGateway();
  eventId = (await test.createEvent([standard(50)])).id;
  token = await tokenOf('ann');
  operator = await tokenOf('op', { role: 'operator' });
});
afterAll(() => test.close());

const body = (): string => JSON.stringify({ eventId, quantity: 1, payment: { method: 'pm_approve' } });
const send = (
  method: string,
  path: string,
  o: { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer>; token?: string },
) =>
  test.gateway.app.request(path, {
    method,
    headers: { Authorization: `Bearer ${o.token ?? token}`, ...o.headers },
    ...(o.body !== undefined && { body: o.body }),
  });
const purchase = (headers: Record<string, string>, content: string | Uint8Array<ArrayBuffer> = body()) =>
  send('POST', '/api/tickets/purchase', { headers: { 'Idempotency-Key': randomUUID(), ...headers }, body: content });

describe('the media type of a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    '%s is taken',
    async (type) => {
      expect((await purchase({ 'Content-Type': type })).status).toBe(201);
    },
  );

  it.each([
    'application/json+gzip',
    'application/json-patch+json',
    'application/vnd.tickets+json',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/jsonp',
    'text/json',
    'application/x-www-form-urlencoded',
  ])('415 for %s', async (type) => {
    const response = await purchase({ 'Content-Type': type });
    expect(await response.json()).toMatchObject({ status: 415, type: '/problems/unsupported-media-type' });
  });

  it('415 at once for one that is much longer than any', async () => {
    const startedMs = performance.now();
    const response = await purchase({ 'Content-Type': `application/json${' '.repeat(60_000)}x` });
    expect(response.status).toBe(415);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it.each(['gzip', 'br', 'identity, gzip'])('415 for a body in Content-Encoding %s', async (encoding) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': encoding };
    const response = await purchase(headers, new Uint8Array(gzipSync(body())));
    expect(response.headers.get('accept-encoding')).toBe('identity');
    expect(response.status).toBe(415);
  });

  it('of a change may be a merge patch', async () => {
    const headers = { 'Content-Type': 'application/merge-patch+json' };
    const patch = { headers, body: '{"venue":"Small Hall"}', token: operator };
    expect((await send('PATCH', `/api/events/${eventId}`, patch)).status).toBe(200);
  });
});

describe('a body that may be left out', () => {
  it.each<[string, Record<string, string>]>([
    ['with a JSON content type', { 'Content-Type': 'application/json' }],
    ['with a JSON content type and its length', { 'Content-Type': 'application/json', 'Content-Length': '0' }],
    ['with no header at all', {}],
  ])('may be empty %s', async (_, headers) => {
    const bought = (await (await purchase({ 'Content-Type': 'application/json' })).json()) as { purchaseId: string };
    // An empty text as a body would bring a Content-Type of its own.
    const empty = 'Content-Type' in headers ? { headers, body: '' } : { headers };
    const cancelled = await send('POST', `/api/purchases/${bought.purchaseId}/cancel`, empty);
    expect([200, 202]).toContain(cancelled.status);
    const reconciled = await send('POST', '/api/operations/reconciliation', { ...empty, token: operator });
    expect(reconciled.status).toBe(202);
  });

  it('422 where it must not be left out', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await send('POST', `/api/events/${eventId}/cancel`, { headers, body: '', token: operator });
    expect(response.status).toBe(422);
  });
});

describe('an idempotency key', () => {
  it('400 if the header was sent twice, which joins its values', async () => {
    const headers = new Headers({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' });
    headers.append('Idempotency-Key', 'one');
    headers.append('Idempotency-Key', 'two');
    const response = await test.gateway.app.request('/api/tickets/purchase', { method: 'POST', headers, body: body() });
    expect(await response.json()).toMatchObject({ status: 400, type: '/problems/invalid-idempotency-key' });
  });
});

describe('an internal error', () => {
  it('speaks of idempotency keys only to requests that have one', async () => {
    const broken = test.another();
    broken.gateway.app.get('/api/broken', () => {
      throw new Error('broken');
    });
    const problemOf = async (headers: Record<string, string>) =>
      (await (await broken.request('GET', '/api/broken', { headers })).json()) as { status: number; detail: string };
    expect(await problemOf({})).toMatchObject({ status: 500, detail: expect.not.stringMatching(/key/i) as string });
    expect((await problemOf({ 'Idempotency-Key': 'k' })).detail).toContain('same idempotency key');
  });
});
