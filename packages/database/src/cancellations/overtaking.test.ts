import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { beginUndoing, concludeUndoing, voidTickets } from '../purchases/undo.js';
import { findEvent } from '../events/find.js';
import { changed } from '../events/testing/changed.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { persistTickets } from '../purchases/persist.js';
import type { ClaimedPurchase } from '../purchases/claim.js';
import { claimCancellation } from './claim.js';
import { findCancellations } from './find.js';
import { listPurchasesToCancel, readEventCancellation, recordEventCancellation } from './of-event.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from './testing/event-fixture.js';
import { inLockOrder } from './testing/lock-queue.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});

afterAll(() => fixture.close());

const persist = ({ purchaseId, epoch, generation }: ClaimedPurchase, serial: number) =>
  persistTickets(fixture.pool, [
    {
      purchaseId,
      epoch,
      generation,
      authorisationId: 'authorisation',
      items: [{ ticketType: 'standard', serials: [serial] }],
    },
  ]);
const purchaseRow = (purchaseId: string) => ({
  text: 'select from event_ticket_transactions where id = $1 for update',
  values: [purchaseId],
});
const cancel = (purchaseId: string) => claimCancellation(fixture.pool, fixture.cancellationRequest(purchaseId));

describe('a cancellation that overtakes its purchase', () => {
  it('before it is persisted: its tickets are refused', async () => {
    const claim = await fixture.claimed();
    expect(await cancel(claim.purchaseId)).toEqual({ kind: 'waiting' });
    expect(await persist(claim, 9_001)).toEqual(['cancel_requested']);
  });

  it('after it is persisted: it is not confirmed, and ends as undone with nothing to refund', async () => {
    const claim = await fixture.persisted();
    const { purchaseId, epoch } = claim;
    expect(await cancel(purchaseId)).toEqual({ kind: 'waiting' });
    expect(await finalisePurchases(fixture.pool, [claim])).toEqual([{ kind: 'cancel_requested', purchaseId }]);

    const outcome = { kind: 'undone', reason: 'cancelled' } as const;
    await beginUndoing(fixture.pool, { purchaseId, epoch, outcome, authorisationId: null });
    expect(await cancel(purchaseId)).toEqual({ kind: 'waiting' });
    await voidTickets(fixture.pool, claim);
    await concludeUndoing(fixture.pool, claim);
    expect(await cancel(purchaseId)).toMatchObject({
      kind: 'claimed',
      cancellation: { status: 'cancelled', amountMinor: 0, tickets: [], purchaseStatus: 'undone', settled: true },
    });
  });

  it('at the very moment of its confirmation wins if it locks the row first', async () => {
    const claim = await fixture.persisted();
    const { purchaseId } = claim;
    const [cancelled, finalised] = await inLockOrder(
      fixture.pool,
      purchaseRow(purchaseId),
      () => cancel(purchaseId),
      () => finalisePurchases(fixture.pool, [claim]),
    );
    expect(cancelled).toEqual({ kind: 'waiting' });
    expect(finalised).toEqual([{ kind: 'cancel_requested', purchaseId }]);
  });

  it('at the very moment of its confirmation refunds its tickets if the confirmation locks the row first', async () => {
    const claim = await fixture.persisted();
    const { purchaseId } = claim;
    const [finalised, cancelled] = await inLockOrder(
      fixture.pool,
      purchaseRow(purchaseId),
      () => finalisePurchases(fixture.pool, [claim]),
      () => cancel(purchaseId),
    );
    expect(finalised).toMatchObject([{ kind: 'confirmed' }]);
    expect(cancelled).toMatchObject({
      kind: 'claimed',
      cancellation: { status: 'refunding', amountMinor: PRICE_MINOR },
    });
  });
});

describe('an event that is cancelled', () => {
  const request = (eventId: string) => ({ eventId, requestedBy: 'operator', reason: 'storm', requestId: 'r' });
  const inventoryRow = (eventId: string) => ({
    text: 'select from event_inventory where event_id = $1 for update',
    values: [eventId],
  });

  it('confirms what was finalised before, and nothing that comes after', async () => {
    const own = await openEventFixture(inject('stack'));
    try {
      const [early, late, unpersisted] = [await own.persisted(), await own.persisted(), await own.claimed()];
      const [before, , after] = await inLockOrder(
        own.pool,
        inventoryRow(own.eventId),
        () => finalisePurchases(own.pool, [early]),
        () => recordEventCancellation(own.pool, request(own.eventId)),
        () => finalisePurchases(own.pool, [late]),
      );
      expect(before).toMatchObject([{ kind: 'confirmed' }]);
      expect(after).toMatchObject([{ kind: 'cancel_requested' }]);
      const { purchaseId, epoch, generation } = unpersisted;
      const items = [{ ticketType: 'standard', serials: [9_999] }];
      expect(await persistTickets(own.pool, [{ purchaseId, epoch, generation, authorisationId: 'a', items }])).toEqual([
        'cancel_requested',
      ]);
      expect(await listPurchasesToCancel(own.pool, { eventId: own.eventId, after: null, limit: 10 })).toMatchObject([
        { purchaseId: early.purchaseId },
      ]);
      expect(await readEventCancellation(own.pool, own.eventId)).toMatchObject({
        purchases: 1,
        cancelled: 0,
        open: 2,
        refundedMinor: 0,
        requestedBy: 'operator',
        reason: 'storm',
        finishedAt: null,
      });
    } finally {
      await own.close();
    }
  });

  it('stays cancelled: a change that began before is refused, and the first request is kept', async () => {
    const own = await openEventFixture(inject('stack'));
    try {
      expect(await recordEventCancellation(own.pool, request(own.eventId))).toBe(true);
      expect(await recordEventCancellation(own.pool, { ...request(own.eventId), reason: 'fire' })).toBe(true);
      expect(await changed(own.pool, own.eventId, () => ({ name: 'Gala II', status: 'on_sale' }))).toEqual({
        kind: 'refused',
        reason: 'event_cancelled',
      });
      expect(await findEvent(own.pool, own.eventId)).toMatchObject({ status: 'cancelled', name: 'Gala' });
      expect(await readEventCancellation(own.pool, own.eventId)).toMatchObject({ reason: 'storm' });
      await expect(own.pool.query(`update events set status = 'on_sale'`)).rejects.toMatchObject({
        constraint: 'event_stays_cancelled',
      });
    } finally {
      await own.close();
    }
  });

  it('that does not exist is not recorded', async () => {
    expect(await recordEventCancellation(fixture.pool, request('none'))).toBe(false);
    expect(await findCancellations(fixture.pool, [])).toEqual([]);
  });
});
