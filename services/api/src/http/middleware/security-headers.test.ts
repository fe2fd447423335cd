import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type ListeningServer } from '../listen.js';
import { openTestGateway, tokenOf, type TestGateway } from '../../testing/gateway.js';
import { securityHeaders } from './security-headers.js';

const PATHS = [
  '/',
  '/docs',
  '/docs/start.js',
  '/docs/nothing',
  '/openapi.json',
  '/problems/sold-out',
  '/problems/none',
];
const REQUESTS = [
  ...PATHS,
  '/livez',
  '/readyz',
  '/metrics',
  '/api/events',
  '/api/events/none',
  '/api/purchases/x',
  '/no',
];

describe('every answer', () => {
  let test: TestGateway;
  let server: ListeningServer;
  beforeAll(async () => {
    test = await openTestGateway({ behindTls: true });
    const { app } = test.gateway;
    server = await listen({
      fetch: (request) => app.fetch(request),
      host: '127.0.0.1',
      port: 0,
      errorHeaders: securityHeaders(true),
    });
  });
  afterAll(async () => {
    await server.close();
    await test.close();
  });

  it('says that its type is not to be guessed and, behind TLS, that the host is used with nothing else', async () => {
    for (const path of REQUESTS) {
      for (const method of ['GET', 'POST', 'PUT']) {
        const answer = await test.request(method, path, { token: await tokenOf('ann') });
        expect([path, answer.headers.get('X-Content-Type-Options')]).toEqual([path, 'nosniff']);
        expect(answer.headers.get('Strict-Transport-Security')).toMatch(/^max-age=\d{8}/);
      }
    }
  });

  it('says so even to what is no request', async () => {
    const answerTo = async (text: string): Promise<string> => {
      const socket = connect(server.port, '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.write(text);
      await new Promise((resolve) => socket.on('close', resolve));
      return answer;
    };
    const close = 'Connection: close\r\n\r\n';
    expect(await answerTo('what is this\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*nosniff/);
    expect(await answerTo(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [^]*nosniff/,
    );
    expect(await answerTo(`GET / HTTP/1.1\r\nHost: a@b\r\n${close}`)).toMatch(/^HTTP\/1\.1 400 [^]*nosniff/i);
  });

  it('speaks of TLS only where it is known to be there', async () => {
    const answer = await test.another().request('GET', '/api/events', { headers: { 'X-Forwarded-Proto': 'https' } });
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(answer.headers.get('Strict-Transport-Security')).toBeNull();
  });
});

describe('the public port', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  it('says whether the gateway is ready, but neither why not nor its metrics', async () => {
    expect(await (await test.request('GET', '/readyz')).json()).toEqual({ ok: true });
    test.redis.disconnect();
    const answer = await test.request('GET', '/readyz');
    expect([answer.status, await answer.json()]).toEqual([503, { ok: false }]);
    expect((await test.request('GET', '/metrics')).status).toBe(404);
  });
});
