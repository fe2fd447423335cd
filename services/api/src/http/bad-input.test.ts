import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let operator: string;
let eventId: string;
let endpointId: string;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('op', { role: 'operator' });
  eventId = (await test.createEvent([standard(5)])).id;
  const body = { url: 'https://shop.example/hooks', types: ['hold.expired'] };
  const registered = await test.request('POST', '/api/operations/webhooks', { token: operator, body });
  ({ endpointId } = (await registered.json()) as { endpointId: string });
});
afterAll(() => test.close());

describe('422, and no internal error, for what PostgreSQL cannot take', () => {
  const nul = 'https://x.example/\u0000';
  const found = { ticketId: randomUUID(), gate: 'A', eventId: '1', version: 2_147_483_648 };
  it.each<[string, string, object?]>([
    ['GET', `/api/events/{event}/door-list?after=1.1.${'-'.repeat(36)}`],
    ['POST', '/api/check-ins', found],
    ['POST', '/api/events/{event}/tickets/search', { text: 'an\u0000n' }],
    ['POST', '/api/operations/webhooks/{endpoint}/replay', { from: '0000-01-01T00:00:00Z' }],
    ['POST', '/api/operations/webhooks/{endpoint}/replay', { from: '2027-06-01T19:00:00+16:00' }],
    ['POST', '/api/operations/webhooks', { url: nul, types: ['hold.expired'] }],
    ['PATCH', '/api/operations/webhooks/{endpoint}', { url: nul }],
  ])('%s %s %j', async (method, path, body) => {
    const response = await test.request(method, path.replace('{event}', eventId).replace('{endpoint}', endpointId), {
      token: operator,
      headers: { 'Idempotency-Key': randomUUID() },
      ...(body && { body }),
    });
    expect(await response.json()).toMatchObject({ status: 422, type: '/problems/invalid-request' });
  });
});
