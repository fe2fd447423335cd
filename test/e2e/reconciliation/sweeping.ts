import type { Finding, ReconciliationCounts } from '@box-office/contract';
import { expect } from 'vitest';
import type { Office } from '../../support/office.js';
import { until } from '../../support/until.js';

interface SweepBody {
  readonly sweepId: string;
  readonly status: string;
  readonly counts: ReconciliationCounts;
}

const sweepOf = (body: unknown): SweepBody => body as SweepBody;

/** Has an event, or all of them, compared by the running office, and waits for the end. */
export async function sweep(office: Office, eventId?: string): Promise<ReconciliationCounts> {
  const asked = await office.call('POST', '/api/operations/reconciliation', {
    body: eventId === undefined ? {} : { eventId },
  });
  expect(asked.status).toBe(202);
  const { sweepId } = sweepOf(asked.body);
  return until(async () => {
    const { status, body } = await office.call('GET', `/api/operations/reconciliation/${sweepId}`);
    expect([status, sweepOf(body).status]).toEqual([200, 'finished']);
    return sweepOf(body).counts;
  }, 90_000);
}

/** What was found about an event, or about a purchase, newest first. */
export async function findings(office: Office, of: { eventId: string } | { purchaseId: string }): Promise<Finding[]> {
  const query = new URLSearchParams({ ...of, limit: '100' });
  const { status, body } = await office.call('GET', `/api/operations/findings?${query.toString()}`);
  expect(status).toBe(200);
  return (body as unknown as { findings: Finding[] }).findings;
}

/**
 * Kinds and what became of them, sorted: what a test compares. Of a difference that was put right, another sweep at the
 * same time may have come too late, and found nothing left to do.
 */
export function inWords(found: readonly Finding[]): string[] {
  const repaired = new Set(found.filter(({ status }) => status === 'repaired').map(({ kind }) => kind));
  const told = found.filter(({ kind, status }) => status !== 'gone' || !repaired.has(kind));
  return [...new Set(told.map(({ kind, status }) => `${kind} ${status}`))].sort();
}

/** Buyers who go on buying single tickets of a type, one after the other, until they are told to stop. */
export function lightLoad(
  office: Office,
  eventId: string,
  o: { ticketType?: string; buyers?: number; gateway?: number } = {},
): { stop(): Promise<number> } {
  const { ticketType = 'standard', buyers = 2, gateway = 0 } = o;
  let stopped = false;
  let sold = 0;
  const buy = async (): Promise<void> => {
    while (!stopped) {
      const answer = await office.buy({ eventId, quantity: 1, ticketType }, { gateway });
      if (answer.status === 201) sold += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const buying = Promise.all(Array.from({ length: buyers }, buy));
  // Its failure is told by whoever stops it.
  buying.catch(() => undefined);
  return {
    async stop() {
      stopped = true;
      await buying;
      return sold;
    },
  };
}
