import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { paymentsOf } from '../support/test-system.js';
import { until } from '../support/until.js';
import { openAuthenticationFixture, type AuthenticationFixture } from './authentication-fixture.js';

/** What the simulator signs with where it is not told otherwise. */
const SECRET = 'whsec_simulator';

let fixture: AuthenticationFixture;
let endpointId = '';

beforeAll(async () => {
  fixture = await openAuthenticationFixture({ STRIPE_WEBHOOK_SECRET: SECRET });
  const url = `${fixture.system.services.api[0]?.url ?? ''}/api/webhooks/stripe`;
  const response = await fetch(`${inject('stack').paymentUrl}/webhooks`, {
    method: 'POST',
    body: JSON.stringify({ url, copies: 3, maxDelayMs: 800 }),
  });
  ({ id: endpointId } = (await response.json()) as { id: string });
});
afterAll(async () => {
  await fetch(`${inject('stack').paymentUrl}/webhooks/${endpointId}`, { method: 'DELETE' });
  await fixture.close();
});

describe('webhooks of the provider, each sent three times, late and in another order', () => {
  it('wakes a purchase before it looks by itself, and it is paid once', async () => {
    const waiting = await fixture.begin();
    // It has looked after 2 s, 5 s and 9.5 s, and looks again after 16 s.
    await sleep(10_500);
    await fixture.act(waiting, 'complete');
    await fixture.expectStatus(waiting, 'confirmed', 4_000);
    const { purchaseId } = waiting;
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
    await until(async () => {
      const { rows } = await fixture.system.pool.query<{ type: string }>(
        `select type from payment_events where purchase_id = $1 and type like 'payment_intent.%' order by type`,
        [purchaseId],
      );
      expect(rows.map(({ type }) => type)).toEqual([
        'payment_intent.amount_capturable_updated',
        'payment_intent.created',
        'payment_intent.requires_action',
        'payment_intent.succeeded',
      ]);
    });
    await fixture.expectEnded(purchaseId);
  }, 60_000);

  it('are ignored by a purchase that needs no buyer', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 1 });
    const bought = await fixture.system.buy({ eventId, quantity: 1 });
    expect(bought.status).toBe(201);
    await sleep(1_000);
    const { purchaseId } = bought.body;
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
    await fixture.expectEnded(purchaseId);
  });
});
