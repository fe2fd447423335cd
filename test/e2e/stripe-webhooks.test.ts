import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { changeDispute, openDispute } from './reconciliation/provider-dashboard.js';
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
  });

  it('store a dispute once, as its last event shows it', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 1 });
    const { body } = await fixture.system.buy({ eventId, quantity: 1 });
    const { pool } = fixture.system;
    const { rows: purchases } = await pool.query<{ authorisation_id: string }>(
      'select authorisation_id from event_ticket_transactions where id = $1',
      [body.purchaseId],
    );
    const disputeId = await openDispute(purchases[0]?.authorisation_id ?? '');
    for (const status of ['under_review', 'lost']) await changeDispute(disputeId, status);
    const told = async (): Promise<string[]> => {
      const text = 'select type from payment_events where object_id = $1 order by type';
      return (await pool.query<{ type: string }>(text, [disputeId])).rows.map(({ type }) => type);
    };
    await until(async () =>
      expect(await told()).toEqual(['charge.dispute.closed', 'charge.dispute.created', 'charge.dispute.updated']),
    );
    // Until the last copy has come.
    await sleep(1_000);
    const { rows } = await pool.query('select status, amount_minor, currency, reason from disputes where id = $1', [
      disputeId,
    ]);
    expect(rows).toEqual([{ status: 'lost', amount_minor: '2500', currency: 'EUR', reason: 'fraudulent' }]);
  });

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
