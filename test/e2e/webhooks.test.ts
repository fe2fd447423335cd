import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

/** A message as the integrator got it. */
interface Message {
  readonly type: string;
  readonly data: { readonly purchaseId: string };
}

let system: TestSystem;
let server: Server;
let secret: string;
let endpointId: string;
/** By `webhook-id`: how often each message was accepted. */
const accepted = new Map<string, number>();
const messages: Message[] = [];
let answersAfterMs = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      messages.push(new Webhook(secret).verify(body, request.headers as Record<string, string>) as Message);
      const id = String(request.headers['webhook-id']);
      void sleep(answersAfterMs).then(() => {
        response.on('finish', () => accepted.set(id, (accepted.get(id) ?? 0) + 1));
        response.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  system = await startTestSystem();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const body = { url, types: ['purchase.confirmed', 'purchase.declined', 'tickets.cancelled', 'event.sold_out'] };
  const registered = await system.call('POST', '/api/operations/webhooks', { body });
  ({ secret, endpointId } = registered.body as unknown as { secret: string; endpointId: string });
});

afterAll(async () => {
  await system.call('DELETE', `/api/operations/webhooks/${endpointId}`);
  await system.close();
  server.closeAllConnections();
  server.close();
});

describe('an integrator', () => {
  it('is told of purchases, a decline, a cancellation and a sold-out event, with signatures that verify', async () => {
    const event = await system.createEvent({ total: 2 });
    const buy = (method: string, quantity: number, as = newBuyer()) =>
      system.buy({ eventId: event.id, quantity, payment: { method } }, { as });
    const declined = await buy('pm_card_visa_chargeDeclined', 1);
    expect(declined.status).toBe(402);
    const ann = newBuyer();
    const bought = await buy('pm_approve', 2, ann);
    expect(bought.status).toBe(201);
    const { purchaseId } = bought.body;
    await until(() => expect(messages.map(({ type }) => type)).toContain('event.sold_out'), 20_000);
    const cancel = { as: ann, role: 'buyer', body: { reason: 'ill' } } as const;
    expect((await system.call('POST', `/api/purchases/${purchaseId}/cancel`, cancel)).status).toBeLessThan(300);
    const typesOf = (id: string) => messages.filter(({ data }) => data.purchaseId === id).map(({ type }) => type);
    await until(() => {
      expect(typesOf(purchaseId)).toEqual(['purchase.confirmed', 'tickets.cancelled']);
      expect(typesOf(declined.body.purchaseId)).toEqual(['purchase.declined']);
    }, 20_000);
  });

  it('gets every message at least once when the worker is killed in the middle', async () => {
    const event = await system.createEvent({ total: 100 });
    answersAfterMs = 300;
    const bought = await Promise.all(Array.from({ length: 60 }, () => system.buy({ eventId: event.id, quantity: 1 })));
    expect(new Set(bought.map(({ status }) => status))).toEqual(new Set([201]));
    const before = accepted.size;
    await until(() => expect(accepted.size).toBeGreaterThan(before + 5), 20_000);
    const [worker] = system.services.worker;
    await worker?.kill('SIGKILL');
    expect(accepted.size).toBeLessThan(before + 60);
    await worker?.restart();
    const { rows } = await system.pool.query<{ id: string }>(
      `select id from webhook_messages where type = 'purchase.confirmed' and payload ->> 'eventId' = $1`,
      [event.id],
    );
    expect(rows).toHaveLength(60);
    await until(() => expect(rows.filter(({ id }) => !accepted.has(id))).toEqual([]), 60_000);
  });
});
