import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { claimCancellation } from './claim.js';
import { completeCancellation, settleCancellations } from './complete.js';
import { finishEventCancellation, readEventCancellation, recordEventCancellation } from './of-event.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from './testing/event-fixture.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

async function claimed(purchaseId: string): Promise<string> {
  const claim = await claimCancellation(fixture.pool, fixture.cancellationRequest(purchaseId, { byOperator: true }));
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  return claim.cancellation.cancellationId;
}

async function cancelled(purchaseId: string): Promise<void> {
  const cancellationId = await claimed(purchaseId);
  await completeCancellation(fixture.pool, { cancellationId, refundId: 'refund' });
  await settleCancellations(fixture.pool, [cancellationId]);
}

const progress = () => readEventCancellation(fixture.pool, fixture.eventId);

describe('how far the cancellation of an event is', () => {
  it('is what was there before and what happened since, whenever it is first read', async () => {
    const [before, first, second, third] = [
      await fixture.confirmed(1),
      await fixture.confirmed(2),
      await fixture.confirmed(3),
      await fixture.confirmed(1),
    ];
    await fixture.claimed(1);
    await cancelled(before.purchaseId);
    expect(await progress()).toBeNull();
    const request = { eventId: fixture.eventId, requestedBy: 'operator', reason: 'storm', requestId: 'r' };
    await recordEventCancellation(fixture.pool, request);
    await cancelled(first.purchaseId);
    const reads = await Promise.all([progress(), progress(), cancelled(second.purchaseId), progress()]);
    expect(reads[0]?.purchases).toBe(4);
    expect(await progress()).toMatchObject({
      purchases: 4,
      cancelled: 3,
      open: 1,
      unsettled: 0,
      refundedMinor: 6 * PRICE_MINOR,
      finishedAt: null,
    });
    await claimed(third.purchaseId);
    expect(await progress()).toMatchObject({ cancelled: 3, unsettled: 1 });
    await cancelled(third.purchaseId);
    expect(await progress()).toMatchObject({ cancelled: 4, unsettled: 0, refundedMinor: 7 * PRICE_MINOR });
    await finishEventCancellation(fixture.pool, fixture.eventId);
    expect((await progress())?.finishedAt).not.toBeNull();
  });
});
