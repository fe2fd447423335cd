import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from './client.js';
import { problemText } from './problem-text.js';

let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const client = (timeoutMs = 5_000, signal?: AbortSignal) =>
  createApiClient({ url: `${url}/`, token: 'a.b.c', timeoutMs, userAgent: 'test/1', ...(signal && { signal }) });
const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('the API client', () => {
  it('sends the token, the user agent and path and query as the API takes them', async () => {
    let seen: Pick<IncomingMessage, 'url' | 'headers'> | undefined;
    answer = ({ url: path, headers }, response) => {
      seen = { url: path, headers };
      json(response, 200, { statistics: [], next: null });
    };
    const { data, response } = await client().GET('/api/events/{id}/statistics', {
      params: { path: { id: 'a/b' }, query: { limit: 5 } },
    });
    expect([data, response.status]).toEqual([{ statistics: [], next: null }, 200]);
    expect(response.url).toBe(`${url}/api/events/a%2Fb/statistics?limit=5`);
    expect(seen).toMatchObject({
      url: '/api/events/a%2Fb/statistics?limit=5',
      headers: { authorization: 'Bearer a.b.c', 'user-agent': 'test/1', accept: 'application/json' },
    });
  });

  it('gives a refusal as a value', async () => {
    answer = (_, response) => json(response, 404, { title: 'Unknown event', detail: 'No event 7.' });
    const { data, error, response } = await client().GET('/api/events/{id}', { params: { path: { id: '7' } } });
    expect([data, response.status, problemText(error)]).toEqual([undefined, 404, 'Unknown event; No event 7.']);
    const title: string | undefined = error?.title;
    expect(title).toBe('Unknown event');
  });

  it.each([
    ['never begins', () => undefined],
    [
      'stops half-way',
      (_: unknown, response: ServerResponse) => void response.writeHead(200, { 'content-length': 9 }).write('{'),
    ],
  ])('gives up an answer that %s', async (_, behaviour) => {
    answer = behaviour;
    const call = client(50).GET('/api/events/{id}', { params: { path: { id: '7' } } });
    await expect(call).rejects.toThrow('no answer within 50 ms');
  });

  it('stops when its signal is aborted', async () => {
    answer = () => undefined;
    const stop = new AbortController();
    const call = client(5_000, stop.signal).GET('/api/events');
    stop.abort(new Error('stopped'));
    await expect(call).rejects.toThrow('stopped');
  });
});

describe('the text of a problem', () => {
  it('names the fields that are wrong instead of the detail', () => {
    const errors = [
      { path: 'reason', message: 'Too long.' },
      { path: 'tickets', message: 'Too many.' },
    ];
    expect(problemText({ title: 'Invalid', detail: 'See errors.', errors })).toBe(
      'Invalid; reason: Too long.; tickets: Too many.',
    );
  });

  it('is empty for what is no problem', () => {
    expect([problemText('hello'), problemText(null), problemText({})]).toEqual(['', '', '']);
  });
});
