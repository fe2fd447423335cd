import type { CancellationRequest, CancellationResult } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import { claimCancellation, completeCancellation, serialsOf, settleCancellations } from '@box-office/records';
import { cancelEvent } from '@box-office/restoration';
import type pg from 'pg';
import type { CancellationInTemporal, CancellationWorkflows } from '../cancelling/cancellation-workflows.js';

/** What a test may change about the cancellation workflows. */
export interface TestCancellations extends CancellationWorkflows {
  /** Requests in the order of their starts. */
  readonly starts: CancellationRequest[];
  /** `at once`, never (as with no worker), or not even started. */
  behaviour: 'carried out' | 'left' | 'not started';
}

/** Plays the cancellation workflows for tests: the same writes in the same order, with no Temporal and no payment. */
export function createTestCancellations({
  pool,
  inventory,
}: {
  pool: pg.Pool;
  inventory: Inventory;
}): TestCancellations {
  const known = new Map<string, CancellationInTemporal>();

  async function carryOut(request: CancellationRequest): Promise<CancellationResult> {
    const claim = await claimCancellation(pool, request);
    if (claim.kind === 'refused') return { kind: 'refused', ...claim.refusal };
    if (claim.kind === 'waiting') throw new Error('a purchase of these tests is never left open');
    const { cancellationId, purchaseId, eventId, tickets, amountMinor } = claim.cancellation;
    await completeCancellation(pool, { cancellationId, refundId: 'refund' });
    if (tickets.length > 0) {
      const look = await inventory.look(eventId);
      const generation = look.kind === 'counted' ? look.generation : 0;
      await inventory.giveBack(eventId, generation, [{ purchaseId, items: serialsOf(tickets) }]);
    }
    await settleCancellations(pool, [cancellationId]);
    return { kind: 'cancelled', tickets, refundedMinor: amountMinor };
  }

  const test: TestCancellations = {
    starts: [],
    behaviour: 'carried out',
    async start(request) {
      if (test.behaviour === 'not started') return { kind: 'unavailable', cause: 'Temporal is away' };
      test.starts.push(request);
      const { cancellationId, purchaseId, userId } = request;
      const result = test.behaviour === 'left' ? null : await carryOut(request);
      known.set(cancellationId, { purchaseId, userId, result });
      return { kind: 'started' };
    },
    async startOfEvent(request) {
      await cancelEvent({ pool, inventory }, request);
      return { kind: 'started' };
    },
    result: async (cancellationId) => known.get(cancellationId)?.result ?? null,
    find: async (cancellationId) => known.get(cancellationId) ?? null,
    isCancelling: async () => false,
  };
  return test;
}
