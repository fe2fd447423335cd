import { connectToDatabase } from '../reading/postgres.js';
import type { Violation } from '../violation.js';

const STALLED = `
select id as "purchaseId", event_id as "eventId", status, 'purchase' as what
  from event_ticket_transactions where outcome is null and updated_at < to_timestamp($1 / 1000.0)
 union all
select purchase_id, event_id, status, 'cancellation'
  from ticket_cancellations where settled_at is null and updated_at < to_timestamp($1 / 1000.0)
 order by 1`;

interface StalledRow {
  readonly purchaseId: string;
  readonly eventId: string;
  readonly status: string;
  readonly what: string;
}

/**
 * Invariant 4: when all faults have ended, every purchase gets an outcome and every cancellation is settled. One
 * without an outcome whose row has not changed since `sinceMs` (epoch ms) is stalled, whether or not its workflow is
 * open.
 */
export async function checkStalled(databaseUrl: string, sinceMs: number): Promise<Violation[]> {
  const client = await connectToDatabase(databaseUrl);
  try {
    const { rows } = await client.query<StalledRow>(STALLED, [sinceMs]);
    return rows.map(({ purchaseId, eventId, status, what }) => ({
      invariant: 4,
      fault: 'stalled',
      eventId,
      purchaseId,
      expected: 'an outcome',
      found: status,
      text: `a ${what} has not changed while the checker waited for quiescence`,
    }));
  } finally {
    await client.end().catch(() => undefined);
  }
}
