import { setTimeout as sleep } from 'node:timers/promises';
import type { PurchaseOrder } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Headway } from './straight-through.js';
import { openWorkbench, type Workbench } from './testing/one-purchase.js';
import { inActivity, purchaseRun } from './testing/purchase-run.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench(inject('stack'));
});
afterAll(() => bench.close());

const RUN = '1';

/** Sends them the straight way, as the run of the first one's workflow. */
function goStraight(...orders: readonly [PurchaseOrder, ...PurchaseOrder[]]): Promise<Headway[]> {
  return inActivity(orders[0], RUN, () => bench.activities.straightThrough(orders));
}

/** Takes all steps, one by one, in the same run. */
async function goStepByStep(order: PurchaseOrder): Promise<void> {
  for await (const step of purchaseRun(bench.activities, order, RUN)) void step;
}

describe('the straight way', () => {
  it('brings a purchase to its end: sold, paid once, settled and published', async () => {
    const order = await bench.order('pm_approve');
    const [headway] = await goStraight(order);
    expect(headway).toMatchObject({
      claim: { kind: 'mine' },
      reserve: { kind: 'reserved' },
      authorise: { kind: 'authorised' },
      persist: 'persisted',
      capture: { kind: 'captured' },
      finalise: { kind: 'confirmed', purchaseId: order.purchaseId },
      followedUp: true,
    });
    await bench.expectAtRest(order);
  });

  it.each([
    ['pm_decline_insufficient_funds', ['claim', 'reserve', 'authorise'], 'declined'],
    ['pm_slow_900', ['claim', 'reserve', 'authorise'], 'unknown'],
    ['pm_capture_refused', ['claim', 'reserve', 'authorise', 'persist', 'capture'], 'refused'],
  ])('ends for %s after %j, undoes nothing, and the steps go on from there', async (method, steps, kind) => {
    const order = await bench.order(method);
    const [headway] = await goStraight(order);
    expect(Object.keys(headway ?? {})).toEqual(steps);
    expect(Object.values(headway ?? {}).at(-1)).toMatchObject({ kind });
    await goStepByStep(order);
    await bench.expectAtRest(order);
  });

  it('goes on with the others of a group, and says of who is sold no more than that', async () => {
    const first = await bench.order('pm_approve');
    const group = [first, await bench.order('pm_decline_stolen_card'), await bench.order('pm_approve')] as const;
    const headways = await goStraight(...group);
    const sold = { sold: { items: [{ ticketType: 'standard' }], currency: 'EUR' } };
    expect(headways).toMatchObject([sold, { claim: { kind: 'mine' }, authorise: { kind: 'declined' } }, sold]);
    expect(Object.keys(headways[0] ?? {})).toEqual(['sold']);
    await bench.expectAtRest(group[0]);
    await bench.expectAtRest(group[2]);
  });

  it('is not taken with a purchase that was begun before', async () => {
    const order = await bench.order('pm_approve');
    const begun = purchaseRun(bench.activities, order, RUN);
    await begun.next();
    const [headway] = await goStraight(order);
    expect(headway).toMatchObject({ claim: { kind: 'mine', resumed: true } });
    expect(Object.keys(headway ?? {})).toEqual(['claim']);
    await goStepByStep(order);
    await bench.expectAtRest(order);
  });

  it.each(['pm_approve', 'pm_decline_insufficient_funds', 'pm_slow_400', 'pm_capture_refused', 'pm_fail_2'])(
    'with %s, given up as lost while it goes on, leaves to the steps what a dead worker leaves',
    async (method) => {
      const order = await bench.order(method);
      const lost = goStraight(order);
      await Promise.all([lost, goStepByStep(order).catch(() => goStepByStep(order))]);
      await goStepByStep(order);
      await bench.expectAtRest(order);
    },
  );

  it('ends a second before the limit of its activity, however long the claim had to wait', async () => {
    const order = await bench.order('pm_approve');
    const other = await bench.pool.connect();
    await other.query('begin; lock table event_ticket_transactions in exclusive mode');
    const startedMs = performance.now();
    const released = sleep(1_000).then(() => other.query('commit'));
    const slow = { ...order, paymentMethod: 'pm_slow_2000' };
    const headways = await inActivity(order, RUN, () => bench.patient.straightThrough([slow]), 2_500);
    const tookMs = performance.now() - startedMs;
    await released;
    other.release();
    // A limit that began with the end of the claim would have been over half a second later.
    expect(tookMs).toBeGreaterThan(1_000);
    expect(tookMs).toBeLessThan(1_900);
    expect(Object.keys(headways[0] ?? {})).toEqual(['claim', 'reserve']);
    await goStepByStep(slow);
    await bench.expectAtRest(slow);
  });

  it('gives up a claim that takes all its time, which the steps then find', async () => {
    const order = await bench.order('pm_approve');
    const other = await bench.pool.connect();
    await other.query('begin; lock table event_ticket_transactions in exclusive mode');
    const given = inActivity(order, RUN, () => bench.activities.straightThrough([order]), 1_300);
    await expect(given).rejects.toThrow('not done within 300 ms');
    await other.query('commit');
    other.release();
    await goStepByStep(order);
    await bench.expectAtRest(order);
  });
});
