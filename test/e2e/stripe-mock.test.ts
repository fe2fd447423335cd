import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStripePayments, simulatorSettings, type StripePayments } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const path = inject('stripeMockPath');

/** Stripe's mock keeps no state, and refuses each request that Stripe's API description does not allow. */
describe.runIf(path !== undefined)('every call to Stripe', () => {
  const calls: { readonly call: string; readonly status: number }[] = [];
  let mock: ChildProcess;
  let proxy: Server;
  let payments: StripePayments;

  beforeAll(async () => {
    mock = spawn(path ?? '', ['-http-port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const mockUrl = await addressOf(mock);
    proxy = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const body = method === 'POST' ? Buffer.concat(chunks) : null;
        const { host: _host, connection: _connection, 'content-length': _length, ...kept } = headers;
        void fetch(`${mockUrl}${url}`, { method, headers: kept as Record<string, string>, body }).then(
          async (answer) => {
            const text = await answer.text();
            calls.push({ call: `${method} ${url.replace(/\?.*/, '')}`, status: answer.status });
            if (answer.status !== 200) process.stderr.write(`${method} ${url}: ${text}\n`);
            response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
          },
        );
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    payments = createStripePayments(simulatorSettings(`http://127.0.0.1:${port}`));
  });

  afterAll(() => {
    payments.close();
    proxy.close();
    mock.kill('SIGKILL');
  });

  it('is one that Stripe’s API allows, and is answered in the shape that is read', async () => {
    const request = {
      key: 'p:1:authorise',
      amountMinor: 5_000,
      currency: 'EUR',
      method: 'pm_card_visa',
      purchaseId: 'p',
      eventId: '1',
      attempt: 1,
    };
    const known = { key: 'k', authorisationId: 'pi_123' };
    const results = await Promise.allSettled([
      payments.authorise(request),
      payments.authorise({ ...request, key: 'q:1:authorise', returnUrl: 'https://shop.example' }),
      payments.authorise({ ...request, key: 'r:1:authorise', method: 'ctoken_123' }),
      payments.readAuthorisation({ ...request, authorisationId: 'pi_123' }),
      payments.reverse(request),
      payments.capture(known),
      payments.void(known),
      payments.refund({ ...known, amountMinor: 100 }),
      payments.readReturned('pi_123'),
      payments.lookUp({ authoriseKey: 'p:1:authorise' }),
      payments.readPurchases([{ purchaseId: 'p', authorisationIds: ['pi_123'], since: new Date() }]),
      payments.statement({ after: null }),
      payments.statement({ after: 'evt_123' }),
    ]);
    // It answers with the same example whatever was asked: the state in it may be unexpected, never its shape.
    const messages = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    expect(messages.filter((message) => !message.includes('has the status'))).toEqual([]);
    expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
    expect([...new Set(calls.map(({ call }) => call.replace(/pi_\w+/, ':id')))].sort()).toEqual([
      'GET /v1/disputes',
      'GET /v1/events',
      'GET /v1/payment_intents',
      'GET /v1/payment_intents/:id',
      'GET /v1/refunds',
      'POST /v1/payment_intents',
      'POST /v1/payment_intents/:id/cancel',
      'POST /v1/payment_intents/:id/capture',
      'POST /v1/refunds',
    ]);
  });
});

/** It says on which port it listens. */
async function addressOf(mock: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of mock.stdout?.setEncoding('utf8').iterator({ destroyOnReturn: false }) ?? []) {
    output += String(chunk);
    const port = /Listening for HTTP at address: \S*:(\d+)/.exec(output)?.[1];
    if (port !== undefined) return `http://127.0.0.1:${port}`;
  }
  throw new Error(`stripe-mock did not start: ${output}`);
}
