import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from './listen.js';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';

describe('the listening gateway', () => {
  it('answers open requests before it is closed, and accepts no others', async () => {
    const fetchSlowly = async (): Promise<Response> => {
      await sleep(200);
      return new Response('done');
    };
    const server = await listen({ fetch: fetchSlowly, host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${server.port}`;
    await (await fetch(`${url}/slow`)).text();
    const waiting = fetch(`${url}/slow`);
    await sleep(50);
    const started = performance.now();
    const closed = server.close();
    await expect(fetch(`${url}/slow`)).rejects.toThrow();
    expect(await (await waiting).text()).toBe('done');
    await closed;
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('says so when its address is taken', async () => {
    const server = await listen({ fetch: () => new Response(), host: '127.0.0.1', port: 0 });
    await expect(listen({ fetch: () => new Response(), host: '127.0.0.1', port: server.port })).rejects.toThrow(
      'EADDRINUSE',
    );
    await server.close();
  });
});

describe('over a socket', () => {
  let test: TestGateway;
  let server: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    test = await openTestGateway();
    server = await listen({ fetch: (request) => test.gateway.app.fetch(request), host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await server.close();
    await test.close();
  });

  /** Sends a request's head, then body as it comes, and returns the status line of the answer. */
  async function statusOf(head: readonly string[], body: string): Promise<string> {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    socket.write(`POST /api/tickets/purchase HTTP/1.1\r\nHost: gateway\r\n${head.join('\r\n')}\r\n\r\n`);
    socket.write(body);
    await expect.poll(() => answer).toContain('\r\n\r\n');
    socket.destroy();
    return answer.split('\r\n', 1)[0] ?? '';
  }

  it('refuses a body of two megabytes with 413, stated or in chunks', async () => {
    const token = await tokenOf('ann');
    const head = [`Authorization: Bearer ${token}`, 'Content-Type: application/json', 'Idempotency-Key: k'];
    const body = 'x'.repeat(2_000_000);
    expect(await statusOf([...head, `Content-Length: ${body.length}`], body)).toContain('413');
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect(await statusOf([...head, 'Transfer-Encoding: chunked'], chunk)).toContain('413');
  });

  it.each([
    [413, { Authorization: 'token', 'Content-Type': 'application/json' }],
    [415, { Authorization: 'token', 'Content-Type': 'text/plain' }],
    [401, { 'Content-Type': 'application/json' }],
  ])('a client that reads only after it has written two megabytes reads its %i', async (status, headers) => {
    const body = 'x'.repeat(50_000);
    const socket = connect(server.port, '127.0.0.1');
    const failed = new Promise<never>((_, reject) => socket.once('error', reject));
    const write = (text: string): Promise<void> =>
      Promise.race([failed, new Promise<void>((resolve) => socket.write(text, () => resolve()))]);
    const sent = { ...headers, ...('Authorization' in headers && { Authorization: `Bearer ${await tokenOf('ann')}` }) };
    const lines = Object.entries({
      Host: 'gateway',
      'Idempotency-Key': 'k',
      'Content-Length': 40 * body.length,
      ...sent,
    });
    const head = ['POST /api/tickets/purchase HTTP/1.1', ...lines.map(([name, value]) => `${name}: ${value}`)];
    await write(`${head.join('\r\n')}\r\n\r\n`);
    for (let i = 0; i < 40; i++) {
      await write(body);
      await sleep(5);
    }
    const answer = await Promise.race([failed, new Promise<Buffer>((resolve) => socket.once('data', resolve))]);
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.destroy();
  });

  it('gives every answer the id that the caller chose, or one of its own', async () => {
    const url = `http://127.0.0.1:${server.port}`;
    const paths = ['/', '/docs', '/openapi.json', '/livez', '/readyz', '/api/events', '/nothing', '/problems/sold-out'];
    for (const path of paths) {
      const chosen = await fetch(url + path, { headers: { 'X-Request-Id': 'my.id-1' } });
      expect([path, chosen.headers.get('X-Request-Id')]).toEqual([path, 'my.id-1']);
      const own = await fetch(url + path, { headers: { 'X-Request-Id': 'not <usable>' } });
      expect(own.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
      await Promise.all([chosen.text(), own.text()]);
    }
  });
});
