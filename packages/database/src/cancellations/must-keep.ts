import type { AmountMinor } from '@box-office/contract';
import { rowsOf, type Queryable } from '../rows.js';

// What is being cancelled need not be kept: it is refunded, or has been.
const MUST_KEEP = `
select coalesce((select sum(price_minor) from event_tickets
                  where purchase_id = $1 and status = 'valid' and cancellation_id is null), 0)
     + coalesce((select sum(amount_minor) from purchase_fees where purchase_id = $1 and returned_by is null), 0)
     + coalesce((select sum(amount_minor) from withheld_amounts where purchase_id = $1), 0) as must_keep_minor`;

/**
 * What no cancellation of this purchase refunds: the prices of the tickets that none has claimed, the fees that were not
 * returned, and what was withheld. It never rises.
 */
export async function readMustKeep(db: Queryable, purchaseId: string): Promise<AmountMinor> {
  const [row] = await rowsOf<{ mustKeepMinor: number }>(db, MUST_KEEP, [purchaseId], 'must-keep');
  if (!row) throw new Error('a sum has no row');
  return row.mustKeepMinor;
}
