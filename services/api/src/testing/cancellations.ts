import { HOLD_EPOCH, serialsOf, type CancellationRequest, type CancellationResult } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import {
  claimCancellation,
  completeCancellation,
  findEvent,
  recordEventCancellation,
  releaseHoldsOfEvent,
  settleCancellations,
} from '@box-office/database';
import { publishDetails } from '@box-office/inventory-sync';
import type pg from 'pg';
import type { CancellationInTemporal, CancellationWorkflows } from '../cancellation/cancellation-workflows.js';

/** What a test may change of the cancellation workflows. */
export interface TestCancellations extends CancellationWorkflows {
  /** Requests in the order of their starts. */
  readonly starts: CancellationRequest[];
  /** Run at once, never run (no worker), or not started (no Temporal). */
  behaviour: 'carried_out' | 'never_run' | 'not_started';
}

/** Simulates the cancellation workflows for tests: the same writes in the same order, without Temporal and payment. */
export function createTestCancellations({
  pool,
  inventory,
}: {
  pool: pg.Pool;
  inventory: Inventory;
}): TestCancellations {
  const known = new Map<string, CancellationInTemporal>();

  async function cancel(request: CancellationRequest): Promise<CancellationResult> {
    const claim = await claimCancellation(pool, request);
    if (claim.kind === 'refused') return { kind: 'refused', ...claim.refusal };
    if (claim.kind === 'waiting') throw new Error('a purchase of these tests is never open');
    const { cancellationId, purchaseId, eventId, tickets } = claim.cancellation;
    await completeCancellation(pool, { cancellationId, refundId: 'refund' });
    if (tickets.length > 0) {
      const counted = await inventory.readAvailability(eventId);
      const generation = counted.kind === 'counted' ? counted.generation : 0;
      await inventory.giveBack(eventId, generation, [{ purchaseId, items: serialsOf(tickets) }]);
    }
    await settleCancellations(pool, [cancellationId]);
    return { kind: 'cancelled', tickets };
  }

  const test: TestCancellations = {
    starts: [],
    behaviour: 'carried_out',
    async start(request) {
      if (test.behaviour === 'not_started') return { kind: 'unavailable' };
      test.starts.push(request);
      const { cancellationId, purchaseId, userId, returnedBy } = request;
      const result = test.behaviour === 'never_run' ? null : await cancel(request);
      if (!known.has(cancellationId) || result !== null) {
        known.set(cancellationId, { purchaseId, userId, result, ...(returnedBy !== undefined && { returnedBy }) });
      }
      return { kind: 'started' };
    },
    async startOfEvent(request) {
      if (test.behaviour === 'not_started') return { kind: 'unavailable' };
      await recordEventCancellation(pool, request);
      const { eventId } = request;
      const details = await findEvent(pool, eventId);
      if (details) await publishDetails({ pool, inventory }, details);
      const { holdIds, generation } = await releaseHoldsOfEvent(pool, eventId, 100);
      const released = holdIds.map((purchaseId) => ({ purchaseId, epoch: HOLD_EPOCH }));
      await inventory.release(eventId, generation, released);
      return { kind: 'started' };
    },
    result: async (cancellationId) => known.get(cancellationId)?.result ?? null,
    find: async (cancellationId) => known.get(cancellationId) ?? null,
    isCancelling: async () => false,
  };
  return test;
}
