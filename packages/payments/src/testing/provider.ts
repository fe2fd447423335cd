import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { simulatorSettings } from '../settings.js';
import { createStripePayments, type StripePayments } from '../stripe/stripe-payments.js';

/** Called when a request has arrived in full; `count` is its number, from 1. */
export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A provider that answers as the handler says, until the test ends, and the adapter that calls it. */
export async function startProvider(
  handler: Handler,
  o: { timeoutMs?: number; maxConnections?: number } = {},
): Promise<{ payments: StripePayments; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => handler(request, response, ++count));
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const payments = createStripePayments({ ...simulatorSettings(`http://127.0.0.1:${port}`), ...o });
  onTestFinished(() => {
    payments.close();
    server.close();
    server.closeAllConnections();
  });
  return { payments, sockets };
}

/** Answers every request so. */
export const answerWith =
  (status: number, body: unknown): Handler =>
  (_, response) => {
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** A PaymentIntent of 50.00 EUR. */
export const intent = (status: string, more: object = {}) => ({
  id: 'pi_1',
  object: 'payment_intent',
  status,
  amount: 5_000,
  currency: 'eur',
  metadata: {},
  ...more,
});
