import { setTimeout as sleep } from 'node:timers/promises';
import type { PurchaseOrder } from '@box-office/contract';
import { claimPurchases, findPurchases } from '@box-office/database';
import { blockRebuild, lockInventory } from '@box-office/database/testing';
import { createInventory } from '@box-office/inventory';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { CompletedSteps, FastPathResult } from './fast-path.js';
import { openContext, reservationOf } from '../activity-inputs.js';
import { openWorkbench, type Workbench } from '../testing/one-purchase.js';
import { inActivity, stepwiseRun } from '../testing/stepwise-run.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench(inject('stack'));
});
afterAll(() => bench.close());

const RUN = '1';

const outcomesOf = (result: FastPathResult | undefined): CompletedSteps['outcomes'] =>
  result && 'outcomes' in result ? result.outcomes : {};

/** Takes the fast path, as the run of the first one's workflow. */
function takeFastPath(...orders: readonly [PurchaseOrder, ...PurchaseOrder[]]): Promise<FastPathResult[]> {
  return inActivity(orders[0], RUN, () => bench.activities.fastPath(orders));
}

/** Takes all steps, one by one, in the same run. */
async function takeStepByStep(order: PurchaseOrder): Promise<void> {
  for await (const step of stepwiseRun(bench.activities, order, RUN)) void step;
}

/** Redis has lost the inventory of the event, and another process is rebuilding it. */
async function loseInventory(eventId: string): Promise<() => Promise<void>> {
  const end = await blockRebuild(bench.pool, eventId);
  await bench.redis.del(`event:${eventId}`, ...(await bench.redis.keys(`{event:${eventId}}:*`)));
  return end;
}

describe('the fast path', () => {
  it('brings a purchase to its end: sold, paid once, settled and published', async () => {
    const order = await bench.order('pm_approve');
    const [result] = await takeFastPath(order);
    expect(result).toMatchObject({
      claim: { kind: 'mine' },
      outcomes: {
        reserve: { kind: 'reserved' },
        authorise: { kind: 'authorised' },
        persist: 'persisted',
        capture: { kind: 'captured' },
        finalise: { kind: 'confirmed', purchaseId: order.purchaseId },
      },
      settled: true,
    });
    await bench.expectQuiescent(order);
  });

  it('waits for slow payments where most are slow, and leaves one that is slower than the others to the workflow', async () => {
    const methods = [
      ['pm_approve', 'pm_slow_900', 'pm_slow_900', 'pm_slow_900'],
      ['pm_slow_900', 'pm_approve', 'pm_approve', 'pm_approve'],
    ];
    const [most, one] = await Promise.all(
      methods.map(async ([first = '', ...others]) => {
        const order = await bench.order(first);
        const orders = others.map(async (method) => ({ ...(await bench.order(method)), eventId: order.eventId }));
        return takeFastPath(order, ...(await Promise.all(orders)));
      }),
    );
    expect(most?.map((result) => 'sold' in result)).toEqual([true, true, true, true]);
    expect(one?.map((result) => 'sold' in result)).toEqual([false, true, true, true]);
    expect(outcomesOf(one?.[0]).authorise).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['pm_decline_insufficient_funds', ['reserve', 'authorise'], 'declined'],
    ['pm_slow_900', ['reserve', 'authorise'], 'unknown'],
    ['pm_capture_refused', ['reserve', 'authorise', 'persist', 'capture'], 'refused'],
  ])('ends for %s after %j, undoes nothing, and the steps continue from there', async (method, steps, kind) => {
    const order = await bench.order(method);
    const [result] = await takeFastPath(order);
    expect(Object.keys(outcomesOf(result))).toEqual(steps);
    expect(Object.values(outcomesOf(result)).at(-1)).toMatchObject({ kind });
    await takeStepByStep(order);
    await bench.expectQuiescent(order);
  });

  it('continues with the others of a batch, and keeps the results of sold ones short', async () => {
    const first = await bench.order('pm_approve');
    const group = [first, await bench.order('pm_decline_stolen_card'), await bench.order('pm_approve')] as const;
    const results = await takeFastPath(...group);
    const sold = { sold: { items: [{ ticketType: 'standard' }], currency: 'EUR' } };
    expect(results).toMatchObject([
      sold,
      { claim: { kind: 'mine' }, outcomes: { authorise: { kind: 'declined' } } },
      sold,
    ]);
    expect(Object.keys(results[0] ?? {})).toEqual(['sold']);
    await bench.expectQuiescent(group[0]);
    await bench.expectQuiescent(group[2]);
  });

  it.each([
    ['is lost in Redis', 'settles', loseInventory, 'finalise'],
    ['is locked in PostgreSQL', 'finalises', (eventId: string) => lockInventory(bench.pool, eventId), 'capture'],
  ])(
    'of an event whose inventory %s before it %s a purchase ends there, and that of another event is completed',
    async (_fault, _step, begin, last) => {
      const [order, other] = [await bench.order('pm_slow_capture_1000'), await bench.order('pm_approve')];
      const results = inActivity(order, RUN, () => bench.patient.fastPath([order, other]));
      await vi.waitFor(async () => {
        const [row] = await findPurchases(bench.pool, [order.purchaseId]);
        expect(row?.status).toBe('persisted');
      });
      const end = await begin(order.eventId);
      const [first, second] = await results.finally(end);
      expect(Object.keys(outcomesOf(first)).at(-1)).toBe(last);
      expect(first).not.toHaveProperty('settled');
      expect(Object.keys(second ?? {})).toEqual(['sold']);
      await bench.expectQuiescent(other);
      await takeStepByStep(order);
      await bench.expectQuiescent(order);
    },
  );

  it('is not taken with a purchase that was begun before', async () => {
    const order = await bench.order('pm_approve');
    const begun = stepwiseRun(bench.activities, order, RUN);
    await begun.next();
    const [result] = await takeFastPath(order);
    expect(result).toMatchObject({ claim: { kind: 'mine', resumed: true } });
    expect(outcomesOf(result)).toEqual({});
    await takeStepByStep(order);
    await bench.expectQuiescent(order);
  });

  it.each(['pm_approve', 'pm_decline_insufficient_funds', 'pm_slow_400', 'pm_capture_refused', 'pm_fail_2'])(
    'with %s, given up as lost while it runs, leaves to the steps what a dead worker leaves',
    async (method) => {
      const order = await bench.order(method);
      const lost = takeFastPath(order);
      await Promise.all([lost, takeStepByStep(order).catch(() => takeStepByStep(order))]);
      await takeStepByStep(order);
      await bench.expectQuiescent(order);
    },
  );

  it('ends a second before the limit of its activity, however long the claim had to wait', async () => {
    const order = await bench.order('pm_approve');
    const other = await bench.pool.connect();
    await other.query('begin; lock table event_ticket_transactions in exclusive mode');
    const startedMs = performance.now();
    const released = sleep(1_000).then(() => other.query('commit'));
    const slow = { ...order, paymentMethod: 'pm_slow_2000' };
    const results = await inActivity(order, RUN, () => bench.patient.fastPath([slow]), 2_500);
    const tookMs = performance.now() - startedMs;
    await released;
    other.release();
    // A limit that began with the end of the claim would have been over half a second later.
    expect(tookMs).toBeGreaterThan(1_000);
    expect(tookMs).toBeLessThan(2_400);
    expect(Object.keys(outcomesOf(results[0]))).toEqual(['reserve']);
    await takeStepByStep(slow);
    await bench.expectQuiescent(slow);
  });

  it('gives up a claim that takes all its time, which the steps then find', async () => {
    const order = await bench.order('pm_approve');
    const other = await bench.pool.connect();
    await other.query('begin; lock table event_ticket_transactions in exclusive mode');
    const given = inActivity(order, RUN, () => bench.activities.fastPath([order]), 1_300);
    await expect(given).rejects.toThrow('not done within 300 ms');
    await other.query('commit');
    other.release();
    await takeStepByStep(order);
    await bench.expectQuiescent(order);
  });
});

it('a reservation that is given up while the inventory is rebuilt takes nothing afterwards', async () => {
  const order = await bench.order('pm_approve');
  const workflow = { workflowId: `purchase/${order.purchaseId}`, runId: RUN };
  const [claim] = await claimPurchases(bench.pool, [order], workflow);
  if (claim?.kind !== 'mine') throw new Error(claim?.kind);
  const end = await loseInventory(order.eventId);
  const attempt = new AbortController();
  const reserve = () => bench.activities.reserve([reservationOf(openContext(order, claim))], 'soft_deadline');
  const reserved = inActivity(order, RUN, reserve, 4_000, attempt.signal);
  await sleep(200);
  attempt.abort(new Error('timed out'));
  await Promise.all([expect(reserved).rejects.toThrow('timed out'), end()]);
  expect((await createInventory(bench.redis).snapshot(order.eventId))?.reservations).toEqual([]);
  await takeStepByStep(order);
  await bench.expectQuiescent(order);
});
