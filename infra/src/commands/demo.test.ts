import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CATALOGUE } from '../demo/catalogue.js';
import { demo } from './demo.js';

interface NewEvent {
  readonly name: string;
  readonly startsAt: string;
  readonly ticketTypes: readonly { readonly name: string; readonly total: number }[];
}

const created: (NewEvent & { readonly id: string })[] = [];
/** Keeps events and sells nothing, so that all of them have tickets left. */
const gateway = createServer((request, response) => {
  void (async () => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify({ events: created, next: null }));
    if (request.url !== '/api/events') return response.writeHead(409).end(JSON.stringify({ title: 'Not on sale' }));
    const body = JSON.parse(text) as NewEvent;
    const ticketTypes = body.ticketTypes.map((type) => Object.assign(type, { available: type.total }));
    const event = Object.assign(body, { id: String(created.length + 1), ticketTypes, limitPerBuyer: 100 });
    created.push(Object.assign(event, { status: 'on_sale', startsAt: `${body.startsAt}Z` }));
    return response.writeHead(201).end(JSON.stringify(event));
  })();
});
beforeAll(() => new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve)));
afterAll(() => void gateway.close());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('the demo events of a gateway', () => {
  it('are created once, however often the command runs', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    vi.stubEnv('API_URL', `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
    vi.stubEnv('JWT_SECRET', 'a-secret-of-at-least-32-characters');
    expect([await demo([]), await demo([])]).toEqual([0, 0]);
    expect(created.map(({ name }) => name)).toEqual(CATALOGUE.map(({ name }) => name));
  });

  it('are not created without an address and a secret, or beside a live key', async () => {
    vi.stubEnv('API_URL', 'http://127.0.0.1:1');
    vi.stubEnv('JWT_SECRET', '');
    await expect(demo([])).rejects.toThrow('set API_URL and JWT_SECRET');
    vi.stubEnv('STRIPE_SECRET_KEY', 'sk_live_1');
    await expect(demo([])).rejects.toThrow('is a live key');
  });
});
