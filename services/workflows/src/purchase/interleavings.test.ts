import { randomUUID } from 'node:crypto';
import type { PurchaseOrder } from '@box-office/contract';
import { paymentKey, simulatorSettings } from '@box-office/payments';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { openWorkbench, TICKETS, type Workbench } from './testing/one-purchase.js';
import { goUntil, inActivity, remaining, stepwiseRun, type Run } from './testing/stepwise-run.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench(inject('stack'));
});

afterAll(() => bench.close());

const run = (order: PurchaseOrder, runId: string): Run => stepwiseRun(bench.activities, order, runId);

/** Takes all steps; one that fails is tried again by a rerun, as Temporal would. */
async function finish(order: PurchaseOrder, runId: string): Promise<string[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await remaining(run(order, runId));
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

describe('a worker that dies between an effect and its record', () => {
  it.each(['claim', 'reserve', 'authorise', 'persist', 'capture', 'finalise', 'settle'])(
    'at "%s": the rerun does it again, and it has one effect',
    async (step) => {
      const order = await bench.order('pm_approve');
      await goUntil(run(order, '1'), step);
      await finish(order, '1');
      await bench.expectQuiescent(order);
      // What was on its way to the stores may arrive now, too.
      await finish(order, '1');
      await bench.expectQuiescent(order);
    },
  );

  it.each(['decide to undo', 'undo the payment', 'release the capacity'])(
    'at "%s": the rerun continues to undo and never goes forward',
    async (step) => {
      const order = await bench.order('pm_capture_refused');
      await goUntil(run(order, '1'), step);
      const steps = await finish(order, '1');
      expect(steps.slice(0, 2)).toEqual(['claim: mine', 'decide to undo: undoing']);
      await bench.expectQuiescent(order);
    },
  );
});

describe('a reset run that takes the purchase over', () => {
  it.each(['claim', 'reserve', 'authorise', 'persist', 'capture'])(
    'after "%s" of the run before: what that one still has on its way changes nothing',
    async (step) => {
      const order = await bench.order('pm_approve');
      const old = run(order, '1');
      await goUntil(old, step);
      await finish(order, '2');
      await bench.expectQuiescent(order);
      while (!(await old.next()).done);
      await bench.expectQuiescent(order);
    },
  );

  it('undoes it: a reservation of the run before that arrives after the release takes nothing', async () => {
    const order = await bench.order('pm_decline_insufficient_funds');
    const old = run(order, '1');
    await goUntil(old, 'claim');
    await finish(order, '2');
    expect(await old.next()).toMatchObject({ value: 'reserve: superseded' });
    await bench.expectQuiescent(order);
  });
});

describe('a worker that was taken for dead, while another one has the same run', () => {
  it('is refused when there was nothing left: that refuses nothing which the other has reserved since', async () => {
    const order = await bench.order('pm_approve');
    const everything = [{ ticketType: 'standard', quantity: TICKETS }];
    const earlier = { ...order, purchaseId: randomUUID(), userId: `bob_${randomUUID()}`, items: everything };
    await goUntil(run(earlier, '1'), 'reserve: reserved');
    const slow = run(order, '1');
    await goUntil(slow, 'reserve: refused');
    await bench.cancel(earlier);
    await finish(earlier, '1');

    const other = run(order, '1');
    await goUntil(other, 'authorise: authorised');
    expect(await slow.next()).toMatchObject({ value: 'refuse: undoing' });
    while (!(await other.next()).done);
    while (!(await slow.next()).done);
    await bench.expectQuiescent(order);
    await bench.expectQuiescent(earlier);
  });

  it('finds nothing to reserve, since the other has sold it and its buyer has cancelled: it settles the sale', async () => {
    const order = await bench.order('pm_approve');
    const slow = run(order, '1');
    await goUntil(slow, 'claim: mine');
    await goUntil(run(order, '1'), 'finalise: confirmed');
    await bench.cancelSold(order);
    expect(await remaining(slow)).toEqual(['reserve: superseded', 'claim: finished', 'settle']);
    const { rows } = await bench.pool.query('select status from event_tickets where purchase_id = $1', [
      order.purchaseId,
    ]);
    expect(rows).toEqual([{ status: 'cancelled' }, { status: 'cancelled' }]);
  });

  it('finds nothing to reserve, since the other is undoing it: it undoes it as well', async () => {
    const order = await bench.order('pm_capture_refused');
    const slow = run(order, '1');
    await goUntil(slow, 'claim: mine');
    await goUntil(run(order, '1'), 'release the capacity');
    expect(await remaining(slow)).toEqual([
      'reserve: superseded',
      'claim: mine',
      'decide to undo: undoing',
      'undo the payment',
      'release the capacity',
      'conclude',
    ]);
    await bench.expectQuiescent(order);
  });
});

describe('a rebuild of the inventory', () => {
  it('between a reservation and its tickets: they are reserved again, under the generation that stands', async () => {
    const order = await bench.order('pm_approve');
    const going = run(order, '1');
    await goUntil(going, 'reserve: reserved');
    await bench.activities.rebuildInventories([{ eventId: order.eventId, seen: 1 }]);
    const steps = await remaining(going);
    expect(steps.slice(0, 4)).toEqual([
      'authorise: authorised',
      'persist: stale_generation',
      'reserve: reserved',
      'persist: persisted',
    ]);
    await bench.expectQuiescent(order);
  });

  it('between the tickets and their capture: it knows them as held, and the purchase continues', async () => {
    const order = await bench.order('pm_approve');
    const going = run(order, '1');
    await goUntil(going, 'persist: persisted');
    await forget(order);
    await bench.activities.rebuildInventories([{ eventId: order.eventId, seen: 1 }]);
    await goUntil(going, 'settle');
    await bench.expectQuiescent(order);
  });
});

describe('a compensation', () => {
  it('that fails again and again is tried until it is done', async () => {
    const order = await bench.order('pm_capture_refused+void_fail_2');
    const tries: string[] = [];
    for (let i = 0; i < 5 && tries.at(-1) !== 'conclude'; i++) {
      try {
        for await (const step of run(order, '1')) tries.push(step);
      } catch {
        tries.push('failed');
      }
    }
    expect(tries.filter((step) => step === 'failed')).toHaveLength(2);
    await bench.expectQuiescent(order);
  });

  it('of an attempt that failed never touches what the next attempt captured', async () => {
    const order = await bench.order('pm_approve');
    await goUntil(run(order, '1'), 'authorise: authorised');
    const { purchaseId, eventId } = order;
    const payment = { purchaseId, eventId, attempt: 1, amountMinor: 5_000, currency: 'EUR', method: 'pm_approve' };
    const attempt = { ...payment, authorisationId: null };
    const undoFirst = () => inActivity(order, '1', () => bench.activities.undoPayment(attempt));
    await undoFirst();
    await bench.activities.correctPayment({ purchaseId, epoch: 1, attempt: 1, method: 'pm_slow_10' });
    await finish(order, '1');
    await undoFirst();
    await bench.expectQuiescent(order);
  });
});

describe('an authorisation whose outcome is unknown', () => {
  it('and that arrives after "not found", when its purchase is being undone, is voided', async () => {
    const order = await bench.order('pm_late_1000');
    await goUntil(run(order, '1'), 'authorise: unknown');
    const authoriseKey = paymentKey(order.purchaseId, 1, 'authorise');
    expect(await bench.payments.lookUp({ authoriseKey })).toEqual({ kind: 'not_found' });
    // The worker is dead, Redis forgets what was held, and somebody else buys all there is.
    await forget(order);
    const everything = [{ ticketType: 'standard', quantity: TICKETS }];
    const other = { ...order, purchaseId: randomUUID(), userId: 'bob', items: everything, paymentMethod: 'pm_approve' };
    await finish(other, '1');

    const steps = await finish(order, '2');
    expect(steps).toEqual([
      'claim: mine',
      'reserve: refused',
      'decide to undo: undoing',
      'undo the payment',
      'release the capacity',
      'conclude',
    ]);
    await vi.waitFor(
      async () => expect(await bench.payments.lookUp({ authoriseKey })).toMatchObject({ kind: 'found' }),
      { timeout: 20_000, interval: 100 },
    );
    await bench.expectQuiescent(order);
    await bench.expectQuiescent(other);
  });

  it('and that can never be known, ends by the provider’s reversal alone', async () => {
    const order = await bench.order('pm_fail_1000');
    await goUntil(run(order, '1'), 'authorise: unknown');
    await undoAttempt(order, 'pm_fail_1000');
    await bench.cancel(order);
    await finish(order, '2');
    await bench.expectQuiescent(order);
  });

  it('and that the provider rejects as no request at all, is proved to keep nothing', async () => {
    const order = await bench.order('pm_approve');
    await goUntil(run(order, '1'), 'reserve');
    await undoAttempt(order, `pm_${'x'.repeat(300)}`);
  });

  it('of a purchase that is cancelled while its worker is dead, keeps no money', async () => {
    const order = await bench.order('pm_late_1000');
    await goUntil(run(order, '1'), 'authorise: unknown');
    await bench.cancel(order);
    expect(await finish(order, '2')).toContain('persist: cancel_requested');
    await bench.expectQuiescent(order);
  });
});

it('an amount that the provider can never charge is declined, and its tickets can be sold again', async () => {
  const order = { ...(await bench.order('pm_approve')), items: [{ ticketType: 'standard', quantity: 5 }] };
  const sql = 'update event_ticket_types set price_minor = 20000000 where event_id = $1';
  await bench.pool.query(sql, [order.eventId]);
  expect(await finish(order, '1')).toContain('authorise: declined');
  await bench.expectQuiescent(order);
});

it('a purchase that is run again after a day is not authorised again, although the provider has forgotten its key', async () => {
  const order = await bench.order('pm_approve');
  await goUntil(run(order, '1'), 'reserve: reserved');
  await authoriseWithForgottenKey(order);
  const sql = `update event_ticket_transactions set created_at = now() - interval '25 hours' where id = $1`;
  await bench.pool.query(sql, [order.purchaseId]);
  expect(await finish(order, '2')).toContain('finalise: confirmed');
  await bench.expectQuiescent(order);
});

/** What the purchase's first authorisation has made, under another key in place of its own. */
async function authoriseWithForgottenKey({ purchaseId, paymentMethod: method }: PurchaseOrder): Promise<void> {
  const { url, secretKey } = simulatorSettings(inject('stack').paymentUrl);
  const answer = await fetch(new URL('/v1/payment_intents', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}`, 'idempotency-key': randomUUID() },
    body: new URLSearchParams({
      amount: '5000',
      currency: 'eur',
      confirm: 'true',
      capture_method: 'manual',
      payment_method: method ?? '',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
      'metadata[purchase]': purchaseId,
      'metadata[key]': paymentKey(purchaseId, 1, 'authorise'),
    }),
  });
  expect(answer.status).toBe(200);
}

/** Makes sure that the purchase's first attempt keeps no money, its authorisation unknown. */
async function undoAttempt(order: PurchaseOrder, method: string): Promise<void> {
  const { purchaseId, eventId } = order;
  const attempt = { purchaseId, eventId, attempt: 1, amountMinor: 5_000, currency: 'EUR', method };
  const undone = inActivity(order, '1', () => bench.activities.undoPayment({ ...attempt, authorisationId: null }));
  expect(await undone).toBe('nothing_kept');
}

/** Redis loses the inventory of the event. */
async function forget({ eventId }: PurchaseOrder): Promise<void> {
  await bench.redis.del(`event:${eventId}`, ...(await bench.redis.keys(`{event:${eventId}}:*`)));
}

const METHODS = [
  'pm_approve',
  'pm_decline_insufficient_funds',
  'pm_capture_refused',
  'pm_late_200',
  'pm_timeout_after_charge',
  'pm_timeout_after_capture',
  'pm_fail_1',
  'pm_timeout_after_void+capture_refused',
];
const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('step' as const), run: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), run: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
);

it(
  'whatever the runs of one purchase do in whatever order: one outcome, one charge, and the stores agree',
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHODS),
        fc.array(action, { minLength: 5, maxLength: 30 }),
        async (method, actions) => {
          const order = await bench.order(method);
          const runs = ['1', '2', '3'].map((runId) => run(order, runId));
          const replaced: Run[] = [];
          for (const one of actions) {
            if (one.do === 'cancel') await bench.cancel(order);
            else if (one.do === 'forget') await forget(order);
            // A step that fails ends its run; a rerun may come.
            else if (one.do === 'step') await runs[one.run]?.next().catch(() => undefined);
            else replaced.push(...runs.splice(one.run, 1, run(order, String(one.run + 1))));
          }
          // The last run of the owner ends, and then late calls of earlier runs arrive.
          await finish(order, '4');
          for (const late of [...runs, ...replaced]) await late.next().catch(() => undefined);
          await bench.expectQuiescent(order);
        },
      ),
      { numRuns: 40 },
    );
  },
);
