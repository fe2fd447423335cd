import { createHmac, randomUUID } from 'node:crypto';
import { claimPurchases, recordNextAction } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_LIMITS, openTestGateway, standard, WEBHOOK_SECRET, type TestGateway } from '../testing/gateway.js';

const signals: string[] = [];
let test: TestGateway;
beforeAll(async () => {
  const signalWorkflow = async (workflowId: string): Promise<void> => void signals.push(workflowId);
  test = await openTestGateway({
    signalWorkflow,
    limits: { limits: { ...NO_LIMITS.limits, addressPerMinute: 1 } },
  });
});
afterAll(() => test.close());

interface Sent {
  readonly id?: string;
  readonly type?: string;
  readonly purchase?: string;
  readonly secret?: string;
  readonly signedAt?: number;
  /** When it happened, in seconds. */
  readonly created?: number;
  readonly object?: object;
}

async function send(o: Sent = {}): Promise<{ status: number; body: unknown }> {
  const { id = `evt_${randomUUID()}`, type = 'payment_intent.amount_capturable_updated', purchase } = o;
  const object = o.object ?? {
    id: 'pi_1',
    object: 'payment_intent',
    metadata: purchase === undefined ? {} : { purchase },
  };
  const { created = 1_900_000_000 } = o;
  const payload = JSON.stringify({ id, object: 'event', type, created, data: { object } });
  const { secret = WEBHOOK_SECRET, signedAt = Math.floor(Date.now() / 1_000) } = o;
  const hash = createHmac('sha256', secret).update(`${signedAt}.${payload}`).digest('hex');
  const signature = `t=${signedAt},v1=${hash}`;
  const response = await test.request('POST', '/api/webhooks/stripe', {
    headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
    body: payload,
    from: '192.0.2.1',
  });
  return { status: response.status, body: await response.json() };
}

const recorded = async (id: string) => {
  const { rows } = await test.pool.query<{ type: string; purchase_id: string | null }>(
    'select type, purchase_id from payment_events where id = $1',
    [id],
  );
  return rows;
};

/** A purchase that waits for its buyer. */
async function waiting(): Promise<string> {
  const { id: eventId } = await test.createEvent([standard(1)]);
  const purchaseId = randomUUID();
  const order = {
    purchaseId,
    fingerprint: 'f',
    userId: 'ann',
    eventId,
    requestId: 'r',
    paymentMethod: 'pm_approve',
    items: [{ ticketType: 'Standard', quantity: 1 }],
  };
  await claimPurchases(test.pool, [order], { workflowId: `purchase/${purchaseId}`, runId: 'run' });
  await test.pool.query(`update event_ticket_transactions set status = 'persisted' where id = $1`, [purchaseId]);
  const nextAction = { kind: 'redirect_to_url', url: 'https://bank.example', until: '2100-01-01T00:00:00Z' } as const;
  await recordNextAction(test.pool, { purchaseId, epoch: 1, nextAction });
  return purchaseId;
}

describe('a webhook of Stripe', () => {
  it('is acknowledged once it is recorded, and wakes the purchase that waits for its buyer', async () => {
    const purchase = await waiting();
    const id = `evt_${randomUUID()}`;
    expect(await send({ id, purchase })).toEqual({ status: 200, body: { received: true } });
    expect(await recorded(id)).toEqual([{ type: 'payment_intent.amount_capturable_updated', purchase_id: purchase }]);
    await expect.poll(() => signals).toContain(`purchase/${purchase}`);
  });

  it('is taken up once, however often it comes', async () => {
    const purchase = await waiting();
    const id = `evt_${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => send({ id, purchase })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await expect.poll(() => signals.filter((one) => one === `purchase/${purchase}`)).toHaveLength(1);
    await send({ id, purchase });
    expect(await recorded(id)).toHaveLength(1);
    expect(signals.filter((one) => one === `purchase/${purchase}`)).toHaveLength(1);
  });

  it('of a dispute leaves one row that shows its last event, twice and in whatever order', async () => {
    const disputeId = `du_${randomUUID()}`;
    const events = [
      ['charge.dispute.closed', 'lost', 1_900_000_900],
      ['charge.dispute.created', 'needs_response', 1_900_000_000],
      ['charge.dispute.updated', 'under_review', 1_900_000_500],
      ['charge.dispute.created', 'needs_response', 1_900_000_000],
    ] as const;
    for (const [type, status, created] of events) {
      const object = {
        id: disputeId,
        object: 'dispute',
        amount: 4_500,
        currency: 'eur',
        reason: 'fraudulent',
        status,
        metadata: {},
        payment_intent: 'pi_1',
        created: 1_900_000_000,
        evidence_details: { due_by: 1_900_600_000 },
      };
      expect((await send({ id: `evt_${disputeId}_${type}`, type, created, object })).status).toBe(200);
    }
    const text = 'select amount_minor, currency, status, withdrawn, purchase_id from disputes where id = $1';
    expect((await test.pool.query(text, [disputeId])).rows).toEqual([
      { amount_minor: '4500', currency: 'EUR', status: 'lost', withdrawn: true, purchase_id: null },
    ]);
  });

  it('of a dispute that cannot be read is kept, for reconciliation to report it', async () => {
    const id = `evt_${randomUUID()}`;
    const type = 'charge.dispute.created';
    expect((await send({ id, type, object: { id: 'du_unreadable', status: 'unheard_of' } })).status).toBe(200);
    expect(await recorded(id)).toEqual([{ type, purchase_id: null }]);
  });

  it('of an unknown type, of no purchase or of an unknown one is kept and ignored', async () => {
    const before = signals.length;
    const ids = [`evt_${randomUUID()}`, `evt_${randomUUID()}`, `evt_${randomUUID()}`];
    const [unknownType, none, other] = ids;
    expect((await send({ id: unknownType ?? '', type: 'invoice.paid', purchase: await waiting() })).status).toBe(200);
    expect((await send({ id: none ?? '' })).status).toBe(200);
    expect((await send({ id: other ?? '', purchase: randomUUID() })).status).toBe(200);
    for (const id of ids) expect(await recorded(id)).toHaveLength(1);
    expect(signals).toHaveLength(before);
  });

  it.each([
    ['forged', { secret: 'whsec_forged' }],
    ['signed six minutes ago', { signedAt: Math.floor(Date.now() / 1_000) - 360 }],
  ])('that is %s is 400 and leaves nothing', async (_, signature) => {
    const id = `evt_${randomUUID()}`;
    expect(await send({ id, ...signature })).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-signature' },
    });
    expect(await recorded(id)).toEqual([]);
  });

  it('of more than 512 kB is 413', async () => {
    const response = await test.request('POST', '/api/webhooks/stripe', { body: 'x'.repeat(600_000) });
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      413,
      '/problems/payload-too-large',
    ]);
  });
});
