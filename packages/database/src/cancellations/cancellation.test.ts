import { randomUUID } from 'node:crypto';
import type { CancellationRefusal } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { builtGeneration } from '../inventory/testing/built-generation.js';
import { claimPurchases } from '../purchases/claim.js';
import { findPurchases } from '../purchases/find.js';
import { readUserTickets } from '../purchases/user-tickets.js';
import { claimCancellation } from './claim.js';
import { completeCancellation, settleCancellations } from './complete.js';
import { findCancellations, type Cancellation } from './find.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from './testing/event-fixture.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});

afterAll(() => fixture.close());

async function ticketIds(purchaseId: string): Promise<string[]> {
  const { rows } = await fixture.pool.query<{ id: string }>(
    'select id from event_tickets where purchase_id = $1 order by serial',
    [purchaseId],
  );
  return rows.map((row) => row.id);
}

async function claimed(...args: Parameters<EventFixture['cancellationRequest']>): Promise<Cancellation> {
  const claim = await claimCancellation(fixture.pool, fixture.cancellationRequest(...args));
  if (claim.kind !== 'claimed') throw new Error(JSON.stringify(claim));
  return claim.cancellation;
}

async function refusal(...args: Parameters<EventFixture['cancellationRequest']>): Promise<CancellationRefusal> {
  const claim = await claimCancellation(fixture.pool, fixture.cancellationRequest(...args));
  if (claim.kind !== 'refused') throw new Error(claim.kind);
  return claim.refusal;
}

const idsIn = (cancellation: Cancellation): string[] => cancellation.tickets.map((ticket) => ticket.ticketId).sort();

describe('a cancellation of a whole purchase', () => {
  it('claims all its tickets, and the same ones however often it is asked for', async () => {
    const { purchaseId } = await fixture.confirmed(3);
    const first = await claimed(purchaseId);
    expect(first).toMatchObject({ status: 'refunding', amountMinor: 3 * PRICE_MINOR, paymentAttempt: 1 });
    expect(first.authorisationId).toBe(`authorisation of ${purchaseId}`);
    expect(first.tickets).toHaveLength(3);
    expect(await claimed(purchaseId)).toEqual(first);
  });

  it('cancels tickets and purchase once, and leaves the answer of its key as it was', async () => {
    const { purchaseId } = await fixture.confirmed(2);
    const { cancellationId } = await claimed(purchaseId);
    const [before] = await findPurchases(fixture.pool, [purchaseId]);
    await completeCancellation(fixture.pool, { cancellationId, refundId: 'refund' });
    const [after] = await findPurchases(fixture.pool, [purchaseId]);
    await completeCancellation(fixture.pool, { cancellationId, refundId: 'another' });
    const [again] = await findPurchases(fixture.pool, [purchaseId]);
    expect(after).toMatchObject({ status: 'cancelled', tickets: [], outcome: before?.outcome });
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
    expect(again).toEqual(after);
    expect(await claimed(purchaseId)).toMatchObject({ status: 'cancelled', settled: false });
    await settleCancellations(fixture.pool, [cancellationId]);
    expect(await findCancellations(fixture.pool, [cancellationId])).toMatchObject([{ settled: true }]);
  });
});

describe('a cancellation of some tickets', () => {
  it('claims those alone, and a later one of the whole purchase what is left', async () => {
    const { purchaseId } = await fixture.confirmed(3);
    const [a, b, c] = (await ticketIds(purchaseId)) as [string, string, string];
    const part = await claimed(purchaseId, { tickets: [b] });
    const rest = await claimed(purchaseId);
    expect([idsIn(part), part.amountMinor]).toEqual([[b], PRICE_MINOR]);
    expect([idsIn(rest), rest.amountMinor]).toEqual([[a, c].sort(), 2 * PRICE_MINOR]);
  });

  it('that overlaps another claims what the other left', async () => {
    const { purchaseId } = await fixture.confirmed(3);
    const [a, b, c] = (await ticketIds(purchaseId)) as [string, string, string];
    const [one, other] = await Promise.all([
      claimed(purchaseId, { tickets: [a, b] }),
      claimed(purchaseId, { tickets: [b, c] }),
    ]);
    expect([...idsIn(one), ...idsIn(other)].sort()).toEqual([a, b, c].sort());
  });

  it('leaves the purchase confirmed with the others, in a newer version', async () => {
    const purchase = await fixture.confirmed(2);
    const { purchaseId } = purchase;
    const [a, b] = (await ticketIds(purchaseId)) as [string, string];
    const [before] = await findPurchases(fixture.pool, [purchaseId]);
    const { cancellationId, userId } = await claimed(purchaseId, { tickets: [a] });
    await completeCancellation(fixture.pool, { cancellationId, refundId: 'refund' });
    const [after] = await findPurchases(fixture.pool, [purchaseId]);
    expect(after).toMatchObject({ status: 'confirmed', tickets: [{ ticketId: b }] });
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
    const [model] = await readUserTickets(fixture.pool, [userId]);
    expect(model?.tickets.map((ticket) => ticket.ticketId)).toEqual([b]);
  });
});

describe('a cancellation is refused', () => {
  it('for an unknown purchase', async () => {
    expect(await refusal(randomUUID())).toEqual({ reason: 'unknown_purchase' });
  });

  it('for tickets of another purchase, naming them', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    const [mine] = (await ticketIds(purchaseId)) as [string];
    const [foreign] = (await ticketIds((await fixture.confirmed(1)).purchaseId)) as [string];
    const tickets = [mine, foreign].sort();
    expect(await refusal(purchaseId, { tickets })).toEqual({ reason: 'unknown_tickets', tickets: [foreign] });
    expect((await claimed(purchaseId)).tickets).toHaveLength(1);
  });

  it('for a buyer after the time limit, never for an operator', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    const late = { requestedAt: '2034-12-01T00:00:00Z' };
    expect(await refusal(purchaseId, late)).toEqual({ reason: 'too_late', until: '2034-12-01T00:00:00.000Z' });
    expect(await claimed(purchaseId, { ...late, byOperator: true })).toMatchObject({ status: 'refunding' });
    // The recorded one answers the buyer too.
    expect(await claimed(purchaseId, late)).toMatchObject({ status: 'refunding' });
  });

  it('when every ticket is cancelled or claimed already', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    await claimed(purchaseId);
    expect(await refusal(purchaseId, { tickets: await ticketIds(purchaseId) })).toEqual({
      reason: 'nothing_to_cancel',
    });
  });

  it('for money that went back already when it refunds that itself, of two requests at once too', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    const returned = (returnedBy: string) => ({ byOperator: true, returnedBy });
    await claimed(purchaseId);
    expect(await refusal(purchaseId, returned('re_1'))).toEqual({ reason: 'already_refunding' });

    const open = await fixture.persisted(1);
    await claimCancellation(fixture.pool, fixture.cancellationRequest(open.purchaseId));
    expect(await refusal(open.purchaseId, returned('re_1'))).toEqual({ reason: 'already_refunding' });

    const other = (await fixture.confirmed(1)).purchaseId;
    for (const more of [returned('re_1'), returned('re_1'), {}]) {
      expect(await claimed(other, more)).toMatchObject({ returnedBy: 're_1' });
    }
  });

  it('for some tickets of a purchase that is still under way', async () => {
    const { purchaseId } = await fixture.persisted(2);
    const [ticket] = (await ticketIds(purchaseId)) as [string];
    expect(await refusal(purchaseId, { tickets: [ticket] })).toEqual({ reason: 'purchase_open' });
  });
});

describe('the database', () => {
  it('never gives a claimed ticket to another cancellation, nor back', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    await claimed(purchaseId);
    const other = await claimed((await fixture.confirmed(1)).purchaseId);
    for (const id of [null, other.cancellationId]) {
      await expect(
        fixture.pool.query('update event_tickets set cancellation_id = $2 where purchase_id = $1', [purchaseId, id]),
      ).rejects.toMatchObject({ constraint: 'ticket_is_cancelled_once' });
    }
  });

  it('cancels no ticket without a cancellation and changes no amount', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    await expect(
      fixture.pool.query(`update event_tickets set status = 'cancelled' where purchase_id = $1`, [purchaseId]),
    ).rejects.toMatchObject({ constraint: 'cancelled_by_a_cancellation' });
    const { cancellationId } = await claimed(purchaseId);
    await expect(
      fixture.pool.query('update ticket_cancellations set amount_minor = 1 where id = $1', [cancellationId]),
    ).rejects.toMatchObject({ constraint: 'cancellation_change_is_legal' });
    // What is refunded rises alone, and only when the tickets are cancelled.
    for (const change of [
      'amount_minor = amount_minor + 1',
      `status = 'cancelled', cancelled_at = now(), amount_minor = 1`,
    ]) {
      await expect(
        fixture.pool.query(`update ticket_cancellations set ${change} where id = $1`, [cancellationId]),
      ).rejects.toMatchObject({ constraint: 'cancellation_change_is_legal' });
    }
  });
});

describe('a purchase that no workflow has claimed yet', () => {
  it('is undone before it begins, and a late claim does not continue it', async () => {
    const order = fixture.order();
    const { purchaseId, fingerprint, userId } = order;
    const request = fixture.cancellationRequest(purchaseId, { unclaimedFingerprint: fingerprint, userId });
    const undone = { purchaseId, fingerprint, outcome: { kind: 'undone', reason: 'cancelled' } };
    expect(await claimCancellation(fixture.pool, request)).toMatchObject({
      kind: 'claimed',
      undone,
      cancellation: { status: 'cancelled', amountMinor: 0, tickets: [], purchaseStatus: 'undone' },
    });
    const [late] = await claimPurchases(fixture.pool, [order], { workflowId: 'purchase', runId: 'late' });
    expect(late).toMatchObject({ kind: 'finished', outcome: undone.outcome, mine: false });
    expect(await claimCancellation(fixture.pool, request)).not.toHaveProperty('undone');
  });

  it('but is claimed after the gateway looked it up, is asked to stop', async () => {
    const { purchaseId } = await fixture.claimed();
    const request = fixture.cancellationRequest(purchaseId, { unclaimedFingerprint: 'fingerprint' });
    expect(await claimCancellation(fixture.pool, request)).toEqual({ kind: 'waiting' });
  });
});

describe('a rebuild of the inventory', () => {
  it('that begins after the tickets were cancelled does not know them', async () => {
    const { purchaseId } = await fixture.confirmed(1);
    const { cancellationId } = await claimed(purchaseId);
    await completeCancellation(fixture.pool, { cancellationId, refundId: 'refund' });
    const next = await builtGeneration(fixture.pool, fixture.eventId, 99);
    expect(next.sales.map((sale) => sale.purchaseId)).not.toContain(purchaseId);
  });
});
