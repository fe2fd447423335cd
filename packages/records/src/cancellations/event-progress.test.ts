import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { claimCancellation } from './claim.js';
import { completeCancellation, settleCancellations } from './complete.js';
import { finishEventCancellation, readEventCancellation, recordEventCancellation } from './of-event.js';
import { openEventDesk, PRICE_MINOR, type EventDesk } from './testing/event-desk.js';

let desk: EventDesk;

beforeAll(async () => {
  desk = await openEventDesk(inject('stack'));
});
afterAll(() => desk.close());

async function claimed(purchaseId: string): Promise<string> {
  const claim = await claimCancellation(desk.pool, desk.wish(purchaseId, { byOperator: true }));
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  return claim.cancellation.cancellationId;
}

async function cancelled(purchaseId: string): Promise<void> {
  const cancellationId = await claimed(purchaseId);
  await completeCancellation(desk.pool, { cancellationId, refundId: 'refund' });
  await settleCancellations(desk.pool, [cancellationId]);
}

const progress = () => readEventCancellation(desk.pool, desk.eventId);

describe('how far the cancellation of an event is', () => {
  it('is what was there before and what happened since, whenever it is looked at for the first time', async () => {
    const [before, first, second, third] = [
      await desk.confirmed(1),
      await desk.confirmed(2),
      await desk.confirmed(3),
      await desk.confirmed(1),
    ];
    await desk.claimed(1);
    await cancelled(before.purchaseId);
    expect(await progress()).toBeNull();
    const request = { eventId: desk.eventId, requestedBy: 'operator', reason: 'storm', requestId: 'r' };
    await recordEventCancellation(desk.pool, request);
    await cancelled(first.purchaseId);
    const looks = await Promise.all([progress(), progress(), cancelled(second.purchaseId), progress()]);
    expect(looks[0]?.purchases).toBe(4);
    expect(await progress()).toMatchObject({
      ...{ purchases: 4, cancelled: 3, open: 1, unsettled: 0 },
      ...{ refundedMinor: 6 * PRICE_MINOR, finishedAt: null },
    });
    await claimed(third.purchaseId);
    expect(await progress()).toMatchObject({ cancelled: 3, unsettled: 1 });
    await cancelled(third.purchaseId);
    expect(await progress()).toMatchObject({ cancelled: 4, unsettled: 0, refundedMinor: 7 * PRICE_MINOR });
    await finishEventCancellation(desk.pool, desk.eventId);
    expect((await progress())?.finishedAt).not.toBeNull();
  });
});
