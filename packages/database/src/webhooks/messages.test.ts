import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { claimCancellation } from '../cancellations/claim.js';
import { completeCancellation } from '../cancellations/complete.js';
import { recordEventCancellation } from '../cancellations/of-event.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { capacityUpdate } from '../audit/testing/messages.js';
import { endHold } from '../holds/end.js';
import { recordHold } from '../holds/record.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../purchases/undo.js';
import { changeWebhookEndpoint } from './change-endpoint.js';
import { ACTOR, registered } from './testing/endpoint.js';

let fixture: EventFixture;
let pool: pg.Pool;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
  ({ pool } = fixture);
});
beforeEach(async () => {
  await pool.query('delete from webhook_endpoints');
  await pool.query('delete from webhook_messages');
});
afterAll(() => fixture.close());

interface Message {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

async function messages(db: Pick<pg.Pool, 'query'> = pool): Promise<Message[]> {
  return (await db.query<Message>('select type, payload from webhook_messages order by created_at, type')).rows;
}
const deliveries = async (endpointId: string): Promise<number> =>
  (await pool.query('select from webhook_deliveries where endpoint_id = $1', [endpointId])).rowCount ?? 0;

async function declined(): Promise<string> {
  const claim = await fixture.persisted(1);
  const outcome = { kind: 'declined', reason: 'insufficient_funds' } as const;
  await beginUndoing(pool, { ...claim, outcome, authorisationId: null });
  await voidTickets(pool, claim);
  await concludeUndoing(pool, claim);
  return claim.purchaseId;
}

async function cancelled(tickets: number): Promise<{ purchaseId: string; cancellationId: string }> {
  const { purchaseId } = await fixture.confirmed(tickets);
  const claim = await claimCancellation(pool, fixture.cancellationRequest(purchaseId));
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const { cancellationId } = claim.cancellation;
  await completeCancellation(pool, { cancellationId, refundId: 'refund' });
  return { purchaseId, cancellationId };
}

async function expiredHold(): Promise<string> {
  const holdId = crypto.randomUUID();
  const hold = await recordHold(pool, {
    holdId,
    fingerprint: 'f',
    userId: 'ann',
    eventId: fixture.eventId,
    requestId: 'r',
    durationMs: 0,
    items: [{ ticketType: 'standard', quantity: 1 }],
    ownerWorkflowId: `hold/${holdId}`,
    serials: [{ ticketType: 'standard', serials: [9_999] }],
    generation: 1,
  });
  if (hold.kind !== 'recorded') throw new Error(hold.kind);
  await endHold(pool, holdId, 'expired');
  return holdId;
}

describe('a message', () => {
  it('is written with the fact that it is about, and with nothing else', async () => {
    await registered(pool);
    const { purchaseId, transactionId, outcome } = await confirmedPurchase();
    const declinedId = await declined();
    const { eventId } = fixture;
    expect(await messages()).toEqual([
      {
        type: 'purchase.confirmed',
        payload: { purchaseId, transactionId, eventId, ...outcome },
      },
      {
        type: 'purchase.declined',
        payload: {
          purchaseId: declinedId,
          transactionId: expect.any(String) as string,
          eventId,
          amountMinor: PRICE_MINOR,
          currency: 'EUR',
          reason: 'insufficient_funds',
        },
      },
    ]);
  });

  async function confirmedPurchase() {
    const { purchaseId } = await fixture.confirmed(2);
    const { rows } = await pool.query<{ transaction_id: string; outcome: { kind?: string } }>(
      'select transaction_id, outcome from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    const { kind, ...outcome } = rows[0]?.outcome ?? {};
    expect(kind).toBe('confirmed');
    return { purchaseId, transactionId: rows[0]?.transaction_id, outcome };
  }

  it('is rolled back with its fact', async () => {
    await registered(pool);
    const claim = await fixture.persisted(1);
    const client = await pool.connect();
    try {
      await client.query('begin');
      await finalisePurchases(client as unknown as pg.Pool, [claim]);
      expect(await messages(client)).toHaveLength(1);
      await client.query('rollback');
    } finally {
      client.release();
    }
    expect(await messages()).toEqual([]);
    const { rows } = await pool.query('select status from event_ticket_transactions where id = $1', [claim.purchaseId]);
    expect(rows).toEqual([{ status: 'persisted' }]);
  });

  it('is written for each purchase of a batch', async () => {
    const endpointId = await registered(pool);
    const batch = await Promise.all(Array.from({ length: 50 }, () => fixture.persisted(1)));
    await finalisePurchases(pool, batch);
    await finalisePurchases(pool, batch);
    const written = await messages();
    expect(new Set(written.map(({ payload }) => payload['purchaseId']))).toEqual(
      new Set(batch.map(({ purchaseId }) => purchaseId)),
    );
    expect([written.length, await deliveries(endpointId)]).toEqual([50, 50]);
  });

  it('tells cancelled tickets, their purchase and an expired hold', async () => {
    await registered(pool, ['tickets.cancelled', 'purchase.cancelled', 'hold.expired']);
    const { purchaseId, cancellationId } = await cancelled(2);
    const holdId = await expiredHold();
    expect(await messages()).toMatchObject([
      { type: 'purchase.cancelled', payload: { purchaseId, amountMinor: 2 * PRICE_MINOR } },
      {
        type: 'tickets.cancelled',
        payload: {
          purchaseId,
          cancellationId,
          refundedMinor: 2 * PRICE_MINOR,
          ticketIds: [{}, {}].map(() => expect.any(String) as string),
        },
      },
      { type: 'hold.expired', payload: { holdId, items: [{ ticketType: 'standard', quantity: 1 }] } },
    ]);
  });

  it('tells nothing of a purchase that is cancelled before it has tickets', async () => {
    await registered(pool, ['tickets.cancelled', 'purchase.cancelled']);
    const purchase = await fixture.persisted(1);
    const request = fixture.cancellationRequest(purchase.purchaseId);
    expect(await claimCancellation(pool, request)).toEqual({ kind: 'waiting' });
    const outcome = { kind: 'undone', reason: 'cancelled' } as const;
    await beginUndoing(pool, { ...purchase, outcome, authorisationId: null });
    await voidTickets(pool, purchase);
    await concludeUndoing(pool, purchase);
    const claim = await claimCancellation(pool, request);
    expect(claim).toMatchObject({ kind: 'claimed', cancellation: { status: 'cancelled', tickets: [] } });
    expect(await messages()).toEqual([]);
  });

  it('has at most 20 kB and nothing about the buyer', async () => {
    await registered(pool);
    await fixture.confirmed(50);
    const text = JSON.stringify(await messages());
    expect(text.length).toBeLessThan(20_000);
    expect(text).not.toContain('buyer');
  });

  it('is not written while no endpoint has its type', async () => {
    await fixture.confirmed(1);
    await declined();
    await registered(pool, ['event.cancelled']);
    await fixture.confirmed(1);
    expect(await messages()).toEqual([]);
  });

  it('is kept for a replay, and not delivered, while its endpoint is disabled', async () => {
    const endpointId = await registered(pool);
    await changeWebhookEndpoint(pool, endpointId, { status: 'disabled' }, ACTOR);
    await fixture.confirmed(1);
    expect([(await messages()).length, await deliveries(endpointId)]).toEqual([1, 0]);
  });
});

describe('an event', () => {
  it('is told as sold out when its capacity reaches zero, and as cancelled once', async () => {
    await registered(pool, ['event.sold_out', 'event.cancelled']);
    const { eventId } = fixture;
    const { rows } = await pool.query<{ capacity: number }>('select capacity from events where id = $1', [eventId]);
    const [first, last] = [(rows[0]?.capacity ?? 0) - 1, 1];
    await applyCapacityUpdates(pool, [capacityUpdate(eventId, -first)]);
    expect(await messages()).toEqual([]);
    await applyCapacityUpdates(pool, [capacityUpdate(eventId, -last)]);
    const request = { eventId, requestedBy: 'olga', reason: 'storm', requestId: 'r' };
    await recordEventCancellation(pool, request);
    await recordEventCancellation(pool, request);
    expect(await messages()).toEqual([
      { type: 'event.sold_out', payload: { eventId } },
      { type: 'event.cancelled', payload: { eventId } },
    ]);
  });
});
