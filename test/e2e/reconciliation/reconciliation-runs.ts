import type { Schema } from '@box-office/api-client';
import { expect } from 'vitest';
import type { TestSystem } from '../../support/test-system.js';
import { until } from '../../support/until.js';

type Finding = Schema<'Finding'>;

/** Starts a reconciliation run for one event or all events, and waits until it has finished. */
export async function reconcile({ operator }: TestSystem, eventId?: string) {
  const body = eventId === undefined ? {} : { eventId };
  const { data: requested, response } = await operator.POST('/api/operations/reconciliation', { body });
  expect(response.status).toBe(202);
  const params = { path: { id: requested?.reconciliationId ?? '' } };
  return until(async () => {
    const { data } = await operator.GET('/api/operations/reconciliation/{id}', { params });
    expect(data?.status).toBe('finished');
    return data?.counts;
  }, 90_000);
}

/** The findings about an event or a purchase, newest first. */
export async function findings(
  { operator }: TestSystem,
  of: { eventId: string } | { purchaseId: string },
): Promise<Finding[]> {
  const { data, response } = await operator.GET('/api/operations/findings', {
    params: { query: { ...of, limit: 100 } },
  });
  expect(response.status).toBe(200);
  return data?.findings ?? [];
}

/**
 * The findings about an event or a purchase, newest first, without those with the status `gone`. A reconciliation run
 * that reads a difference while another one repairs it records such a finding: it found nothing left to repair.
 */
export const lastingFindings = async (...about: Parameters<typeof findings>): Promise<Finding[]> =>
  (await findings(...about)).filter(({ status }) => status !== 'gone');

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
