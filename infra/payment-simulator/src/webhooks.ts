import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@box-office/platform';
import type { Hono } from 'hono';
import Stripe from 'stripe';
import { z } from 'zod';
import { invalid } from './api-error.js';
import { eventsOf, type SimulatedEvent } from './events.js';
import type { Ledger } from './ledger.js';
import { parsed } from './requests.js';

const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 200;
const ANSWER_MS = 5_000;
const MAX_ENDPOINTS = 100;
/** Deliveries under way; above that events are not sent, as when they are lost. */
const MAX_DELIVERIES = 1_000;

/** Where events are sent, and how badly. */
const endpoint = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(1).default('whsec_simulator'),
  /** How often each event is sent. */
  copies: z.int().min(1).max(5).default(1),
  /** Each copy waits for a random part of this first, so that events come late and in another order. */
  maxDelayMs: z.int().min(0).max(60_000).default(0),
});
export type WebhookEndpoint = z.output<typeof endpoint>;

export interface Webhooks {
  add(one: WebhookEndpoint): string;
  remove(id: string): void;
  /** To be called when the ledger has grown. */
  wake(): void;
}

/**
 * Sends the events of the ledger, signed as Stripe signs them, from when an endpoint is added on. A delivery that is not
 * answered 2xx is repeated; those under way are lost when the process ends.
 */
export function createWebhooks(o: {
  readonly ledger: Ledger;
  readonly settled: () => Promise<void>;
  readonly closing: AbortSignal;
  readonly logger: Logger;
}): Webhooks {
  const endpoints = new Map<string, WebhookEndpoint>();
  let position = 0;
  let deliveries = 0;

  async function post({ url, secret }: WebhookEndpoint, payload: string): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS && !o.closing.aborted; attempt++) {
      try {
        const { ok } = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
          },
          body: payload,
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        if (ok) return;
      } catch (error) {
        o.logger.debug({ err: error, url }, 'a webhook was not delivered');
      }
      await sleep(FIRST_PAUSE_MS * 2 ** attempt, undefined, { signal: o.closing });
    }
  }

  async function deliver(to: WebhookEndpoint, event: SimulatedEvent): Promise<void> {
    if (deliveries >= MAX_DELIVERIES) return;
    deliveries++;
    try {
      await o.settled();
      await sleep(Math.random() * to.maxDelayMs, undefined, { signal: o.closing });
      await post(to, JSON.stringify(event));
    } catch (error) {
      if (!o.closing.aborted) o.logger.warn({ err: error }, 'a webhook could not be sent');
    } finally {
      deliveries--;
    }
  }

  return {
    add(one) {
      if (endpoints.size >= MAX_ENDPOINTS) throw invalid(`at most ${MAX_ENDPOINTS} endpoints`);
      if (endpoints.size === 0) position = o.ledger.movements().length;
      const id = `we_${randomUUID()}`;
      endpoints.set(id, one);
      return id;
    },
    remove: (id) => void endpoints.delete(id),
    wake() {
      if (endpoints.size === 0) return;
      const movements = o.ledger.movements();
      for (; position < movements.length; position++) {
        const movement = movements[position];
        if (!movement) return;
        for (const event of eventsOf(movement)) {
          for (const to of endpoints.values()) for (let copy = 0; copy < to.copies; copy++) void deliver(to, event);
        }
      }
    },
  };
}

/** Adds the requests by which tests say where webhooks go. They are no part of Stripe's API. */
export function addWebhookControl(app: Hono, webhooks: Webhooks): void {
  app.post('/webhooks', async (c) => {
    const given = parsed(endpoint, await c.req.json().catch(() => undefined));
    return c.json({ id: webhooks.add(given) }, 201);
  });
  app.delete('/webhooks/:id', (c) => {
    webhooks.remove(c.req.param('id'));
    return c.body(null, 204);
  });
}
