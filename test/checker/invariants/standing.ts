import { connectToRecord } from '../reading/postgres.js';
import type { Violation } from '../violation.js';

const STANDING = `
select id as "purchaseId", event_id as "eventId", status, 'purchase' as what
  from event_ticket_transactions where outcome is null and updated_at < to_timestamp($1 / 1000.0)
 union all
select purchase_id, event_id, status, 'cancellation'
  from ticket_cancellations where settled_at is null and updated_at < to_timestamp($1 / 1000.0)
 order by 1`;

interface Standing {
  readonly purchaseId: string;
  readonly eventId: string;
  readonly status: string;
  readonly what: string;
}

/**
 * Invariant 4: with all faults over, a purchase comes to an outcome and a cancellation to its end. One that has not changed since
 * `sinceMs` (epoch ms), for as long as rest was waited for, stands still, whether or not a workflow is open for it.
 */
export async function checkStanding(databaseUrl: string, sinceMs: number): Promise<Violation[]> {
  const client = await connectToRecord(databaseUrl);
  try {
    const { rows } = await client.query<Standing>(STANDING, [sinceMs]);
    return rows.map(({ purchaseId, eventId, status, what }) => ({
      ...{ invariant: 4, fault: 'stands_still', eventId, purchaseId, expected: 'an outcome', found: status },
      text: `a ${what} has not changed since rest is waited for`,
    }));
  } finally {
    await client.end().catch(() => undefined);
  }
}
