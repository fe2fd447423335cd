import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpPayments } from './http-payments.js';
import type { HttpPayments } from './http-payments.js';
import { paymentKey, PaymentRequestError, PaymentUnknownError } from './port.js';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const authorisation = { key: 'p:1:authorise', amountMinor: 5_000, currency: 'EUR', method: 'pm_x', purchaseId: 'p' };
const capture = { key: 'p:1:capture', authorisationId: 'auth_1' };

/** Providers that misbehave on the wire. A well-behaved one is the payment simulator, where its own tests stand. */
describe('createHttpPayments', () => {
  const cleanups: (() => void)[] = [];
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
  });

  async function startProvider(
    handler: Handler,
    o: { timeoutMs?: number; maxConnections?: number } = {},
  ): Promise<{ payments: HttpPayments; sockets: Set<Socket> }> {
    const sockets = new Set<Socket>();
    let count = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => handler(request, response, ++count));
    });
    server.on('connection', (socket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const payments = createHttpPayments({ url: `http://127.0.0.1:${port}`, ...o });
    cleanups.push(() => {
      payments.close();
      server.close();
      server.closeAllConnections();
    });
    return { payments, sockets };
  }

  const answerWith =
    (status: number, body: unknown): Handler =>
    (_, response) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    };

  it.each([
    ['a server error', 500, { message: 'internal error' }],
    ['out of order', 503, ''],
    ['a proxy without a target', 404, '<html>not found</html>'],
    ['too many requests', 429, { message: 'slow down' }],
    ['a redirect', 302, ''],
    ['a body that is no JSON', 200, 'OK'],
    ['a body of another shape', 200, { kind: 'authorised' }],
    ['an unknown kind', 200, { kind: 'pending' }],
    ['an answer without end', 200, 'x'.repeat(100_000)],
  ])('concludes nothing from %s', async (_, status, body) => {
    const { payments } = await startProvider(answerWith(status, body));
    await expect(payments.authorise(authorisation)).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(payments.lookUp({ authoriseKey: 'k' })).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it('tells a request that the provider rejects from an unknown outcome', async () => {
    const { payments } = await startProvider(answerWith(422, { code: 'key_reused', message: 'other body' }));
    const error: unknown = await payments.capture(capture).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PaymentRequestError);
    expect(error).toMatchObject({ status: 422, code: 'key_reused' });
  });

  it('takes only the provider’s own word for a key that is not found', async () => {
    const { payments } = await startProvider(answerWith(404, { code: 'no_such_key', message: 'unknown' }));
    expect(await payments.lookUp({ authoriseKey: 'k' })).toEqual({ kind: 'not_found' });
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentRequestError);
  });

  it('concludes nothing when no answer comes within the limit', async () => {
    const { payments } = await startProvider(() => undefined, { timeoutMs: 100 });
    await expect(payments.capture(capture)).rejects.toThrow('no answer within 100 ms');
  });

  it('concludes nothing when the answer breaks off', async () => {
    const { payments } = await startProvider((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"kind":');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it('concludes nothing when no server listens', async () => {
    const payments = createHttpPayments({ url: 'http://127.0.0.1:1' });
    await expect(payments.capture(capture)).rejects.toThrow('ECONNREFUSED');
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it('gives up when told to, at once and before anything was sent', async () => {
    let calls = 0;
    const { payments } = await startProvider(() => calls++);
    const controller = new AbortController();
    const call = payments.authorise(authorisation, controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(payments.authorise(authorisation, controller.signal)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(calls).toBe(1);
  });

  it('survives a kept-alive connection that the provider closes just then', async () => {
    const { payments } = await startProvider((request, response, count) => {
      if (count === 2) request.socket.destroy();
      else answerWith(200, { kind: 'captured' })(request, response, count);
    });
    expect(await payments.capture(capture)).toEqual({ kind: 'captured' });
    expect(await payments.capture(capture)).toEqual({ kind: 'captured' });
  });

  it('sends a call on a new connection only once', async () => {
    let calls = 0;
    const { payments } = await startProvider((request) => {
      calls++;
      request.socket.destroy();
    });
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(calls).toBe(1);
  });

  it('keeps to its number of connections, and uses them again', async () => {
    const { payments, sockets } = await startProvider(answerWith(200, { kind: 'captured' }), { maxConnections: 3 });
    await Promise.all(Array.from({ length: 50 }, () => payments.capture(capture)));
    expect(sockets.size).toBe(3);
  });

  it('sends the key, the amounts and an id that needs escaping', async () => {
    const seen: { url: string | undefined; key: string | string[] | undefined }[] = [];
    const { payments } = await startProvider((request, response) => {
      seen.push({ url: request.url, key: request.headers['idempotency-key'] });
      response.end(JSON.stringify({ kind: 'voided' }));
    });
    await payments.void({ key: 'p:1:void', authorisationId: 'a/b c' });
    expect(seen).toEqual([{ url: '/v1/authorisations/a%2Fb%20c/void', key: 'p:1:void' }]);
  });
});

describe('paymentKey', () => {
  it('differs by purchase, attempt and operation', () => {
    expect(paymentKey('7b0c', 2, 'capture')).toBe('7b0c:2:capture');
  });
});
