import { cancellationWorkflowId } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

const FIND = `
select t.owner_workflow_id,
       array(select c.id from ticket_cancellations c
              where c.purchase_id = t.id and c.settled_at is null
              order by c.requested_at, c.id) as cancellation_ids
  from event_ticket_transactions t
 where t.id = $1`;

/**
 * Ids of the workflows that have something to do for a purchase: the one that claimed it, and those of its unfinished
 * cancellations. Null if the purchase does not exist.
 */
export async function findWorkflows(pool: pg.Pool, purchaseId: string): Promise<string[] | null> {
  type Row = { readonly ownerWorkflowId: string; readonly cancellationIds: readonly string[] };
  const [row] = await rowsOf<Row>(pool, FIND, [purchaseId], 'find-workflows');
  return row ? [row.ownerWorkflowId, ...row.cancellationIds.map(cancellationWorkflowId)] : null;
}
