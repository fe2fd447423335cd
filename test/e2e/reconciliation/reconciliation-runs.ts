import type { Finding, ReconciliationCounts } from '@box-office/contract';
import { expect } from 'vitest';
import type { TestSystem } from '../../support/test-system.js';
import { until } from '../../support/until.js';

interface ReconciliationRunBody {
  readonly reconciliationId: string;
  readonly status: string;
  readonly counts: ReconciliationCounts;
}

const runOf = (body: unknown): ReconciliationRunBody => body as ReconciliationRunBody;

/** Starts a reconciliation run for one event or all events, and waits until it has finished. */
export async function reconcile(system: TestSystem, eventId?: string): Promise<ReconciliationCounts> {
  const requested = await system.call('POST', '/api/operations/reconciliation', {
    body: eventId === undefined ? {} : { eventId },
  });
  expect(requested.status).toBe(202);
  const { reconciliationId } = runOf(requested.body);
  return until(async () => {
    const { status, body } = await system.call('GET', `/api/operations/reconciliation/${reconciliationId}`);
    expect([status, runOf(body).status]).toEqual([200, 'finished']);
    return runOf(body).counts;
  }, 90_000);
}

/** The findings about an event or a purchase, newest first. */
export async function findings(
  system: TestSystem,
  of: { eventId: string } | { purchaseId: string },
): Promise<Finding[]> {
  const query = new URLSearchParams({ ...of, limit: '100' });
  const { status, body } = await system.call('GET', `/api/operations/findings?${query.toString()}`);
  expect(status).toBe(200);
  return (body as unknown as { findings: Finding[] }).findings;
}

/**
 * Kind and status of each finding, sorted, without duplicates. Leaves out findings with the status `gone` if one of the
 * same kind was repaired: a concurrent run then found nothing left to repair.
 */
export function summariesOf(found: readonly Finding[]): string[] {
  const repaired = new Set(found.filter(({ status }) => status === 'repaired').map(({ kind }) => kind));
  const relevant = found.filter(({ kind, status }) => status !== 'gone' || !repaired.has(kind));
  return [...new Set(relevant.map(({ kind, status }) => `${kind} ${status}`))].sort();
}

/**
 * Starts buyers who buy single tickets, one after the other, until `stop`, which returns the number of tickets sold.
 */
export function startBuyerLoad(
  system: TestSystem,
  eventId: string,
  o: { ticketType?: string; buyers?: number; gateway?: number } = {},
): { stop(): Promise<number> } {
  const { ticketType = 'standard', buyers = 2, gateway = 0 } = o;
  let stopped = false;
  let sold = 0;
  const buy = async (): Promise<void> => {
    while (!stopped) {
      const answer = await system.buy({ eventId, quantity: 1, ticketType }, { gateway });
      if (answer.status === 201) sold += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const buying = Promise.all(Array.from({ length: buyers }, buy));
  // `stop` reports a failure.
  buying.catch(() => undefined);
  return {
    async stop() {
      stopped = true;
      await buying;
      return sold;
    },
  };
}
