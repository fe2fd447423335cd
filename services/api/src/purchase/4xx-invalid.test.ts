import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type RequestOptions, type TestGateway } from '../testing/gateway.js';

describe('requests that are not purchases', () => {
  let test: TestGateway;
  let eventId: string;
  let token: string;
  beforeAll(async () => {
    test = await openTestGateway();
    eventId = (await test.createEvent([standard(50)])).id;
    token = await tokenOf('ann');
  });
  afterAll(() => test.close());

  const validBody = () => ({ eventId, quantity: 1, payment: { method: 'pm_approve' } });
  const post = (options: RequestOptions) =>
    test.request('POST', '/api/tickets/purchase', {
      token,
      body: validBody(),
      ...options,
      headers: { 'Idempotency-Key': randomUUID(), ...options.headers },
    });

  async function problemOf(response: Response): Promise<Record<string, unknown>> {
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('X-Request-Id')).not.toBeNull();
    return (await response.json()) as Record<string, unknown>;
  }

  it('400 without an idempotency key', async () => {
    const response = await test.request('POST', '/api/tickets/purchase', { token, body: validBody() });
    expect(await problemOf(response)).toMatchObject({ status: 400, type: '/problems/missing-idempotency-key' });
  });

  it.each(['x'.repeat(256), 'ключ', ' '])('400 with the unusable key %j', async (key) => {
    const headers = new Headers({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' });
    headers.set('Idempotency-Key', Buffer.from(key).toString('latin1'));
    const request = new Request('http://gateway/api/tickets/purchase', { method: 'POST', headers, body: '{}' });
    expect((await test.gateway.app.request(request)).status).toBe(400);
  });

  it('401 without a token, with a challenge', async () => {
    const response = await test.request('POST', '/api/tickets/purchase', { body: validBody() });
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    expect(await problemOf(response)).toMatchObject({ status: 401, type: '/problems/unauthenticated' });
  });

  it('401 with a token that has expired, is signed with another secret, or names an unknown role', async () => {
    const tokens = [
      await tokenOf('ann', { expiresIn: '-1 minute' }),
      await tokenOf('ann', { secret: 'another secret, of 32 characters or more' }),
      await tokenOf('ann', { role: 'emperor' }),
      'nonsense',
    ];
    for (const wrong of tokens) {
      const response = await post({ token: wrong });
      expect(response.headers.get('WWW-Authenticate')).toContain('invalid_token');
      expect((await problemOf(response))['status']).toBe(401);
    }
  });

  it('403 for a buyer who buys in the name of another', async () => {
    const response = await post({ body: { ...validBody(), userId: 'ben' } });
    expect(await problemOf(response)).toMatchObject({ status: 403, type: '/problems/forbidden' });
  });

  it('413 for a body that is too large, whether or not it says so', async () => {
    const large = JSON.stringify({ ...validBody(), padding: 'x'.repeat(2_000_000) });
    const stated = await post({ body: large, headers: { 'Content-Length': String(large.length) } });
    expect(await problemOf(stated)).toMatchObject({ status: 413, type: '/problems/payload-too-large' });
    expect((await post({ body: large })).status).toBe(413);
  });

  it('415 for a body that is not called JSON', async () => {
    const response = await post({ headers: { 'Content-Type': 'text/plain' } });
    expect(await problemOf(response)).toMatchObject({ status: 415 });
  });

  const item = (ticketType: string, quantity: number) => ({ ticketType, quantity });
  it.each<[string, unknown, string]>([
    ['is not JSON', '{', ''],
    ['is not an object', '[]', ''],
    ['names no event', { eventId: undefined }, 'eventId'],
    ['names an event by a fraction', { eventId: 1.5 }, 'eventId'],
    ['names an event that would leave its cluster slot', { eventId: '1}{2' }, 'eventId'],
    ['asks for no ticket', { quantity: 0 }, 'quantity'],
    ['asks for half a ticket', { quantity: 1.5 }, 'quantity'],
    ['asks for too many', { quantity: 51 }, 'quantity'],
    ['says neither how many nor of what', { quantity: undefined }, 'quantity'],
    ['gives items and a quantity', { items: [item('Standard', 1)] }, 'items'],
    ['gives no items', { quantity: undefined, items: [] }, 'items'],
    ['names a type twice', { quantity: undefined, items: [item('A', 1), item('A', 1)] }, 'items'],
    ['asks for too many in all', { quantity: undefined, items: [item('A', 30), item('B', 30)] }, 'items'],
    ['has an item without a quantity', { quantity: undefined, items: [{ ticketType: 'A' }] }, 'items.0.quantity'],
    ['has a payment without a method', { payment: {} }, 'payment.method'],
    ...['\u0000', '\ud800', 'a b'].map((text): [string, unknown, string] => [
      `has a return address with ${JSON.stringify(text)}`,
      { payment: { method: 'pm_approve', returnUrl: `https://shop.example/${text}` } },
      'payment.returnUrl',
    ]),
    ['has a field that does not exist', { quantaty: 2 }, ''],
  ])('422 when the body %s', async (_, change, path) => {
    const body = typeof change === 'string' ? change : { ...validBody(), ...(change as object) };
    const problem = await problemOf(await post({ body }));
    expect(problem).toMatchObject({ status: 422, type: '/problems/invalid-request' });
    expect(problem['errors']).toContainEqual({ path, message: expect.any(String) as string });
  });

  it.each(['4242424242424242', '4000-0566-5566-5556'])(
    '422 for the card number %s, which it does not repeat, and leaves the key unused',
    async (number) => {
      const headers = { 'Idempotency-Key': randomUUID() };
      const response = await post({ headers, body: { ...validBody(), payment: { method: number } } });
      const problem = await problemOf(response);
      expect(problem).toMatchObject({ status: 422, type: '/problems/invalid-request' });
      const message = expect.stringContaining('Never send card numbers') as string;
      expect(problem['errors']).toEqual([{ path: 'payment.method', message }]);
      expect(JSON.stringify(problem)).not.toContain(number);
      expect((await post({ headers })).status).toBe(201);
    },
  );

  it('422 for a ticket type that the event does not have, and leaves the key unused', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const response = await post({ headers, body: { ...validBody(), ticketType: 'Imperial' } });
    expect(await problemOf(response)).toMatchObject({ status: 422, type: '/problems/unknown-ticket-type' });
    await expect.poll(async () => (await post({ headers })).status).toBe(201);
  });

  it('422 for a key that belongs to another request, even after Redis has forgotten it', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = await post({ headers });
    expect(first.status).toBe(201);
    const { purchaseId } = (await first.json()) as { purchaseId: string };
    const other = { headers, body: { ...validBody(), quantity: 2 } };
    expect(await problemOf(await post(other))).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
    await test.redis.del(`purchase:${purchaseId}`);
    expect((await post(other)).status).toBe(422);
    // The record that Redis has again is that of the purchase, not of the request that was refused.
    await expect.poll(async () => (await post({ headers })).status).toBe(201);
  });

  it('404 and 405 outside of the API', async () => {
    expect(await problemOf(await test.request('GET', '/api/nothing'))).toMatchObject({ status: 404 });
    const wrongMethod = await test.request('DELETE', `/api/events/${eventId}`);
    expect(wrongMethod.headers.get('Allow')).toBe('GET, PATCH');
    expect(await problemOf(wrongMethod)).toMatchObject({ status: 405 });
  });
});
