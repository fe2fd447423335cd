import { cancellationWorkflowId } from '@box-office/contract';
import type pg from 'pg';

const FIND = `
select t.owner_workflow_id,
       array(select c.id from ticket_cancellations c
              where c.purchase_id = t.id and c.settled_at is null
              order by c.requested_at, c.id) as cancellation_ids
  from event_ticket_transactions t
 where t.id = $1`;

interface Row {
  readonly owner_workflow_id: string;
  readonly cancellation_ids: readonly string[];
}

/**
 * Ids of the workflows that have something to do for a purchase: the one that claimed it, and those of its unfinished
 * cancellations. Null if the purchase does not exist.
 */
export async function findWorkflows(pool: pg.Pool, purchaseId: string): Promise<string[] | null> {
  const { rows } = await pool.query<Row>({ name: 'find-workflows', text: FIND, values: [purchaseId] });
  const [row] = rows;
  return row ? [row.owner_workflow_id, ...row.cancellation_ids.map(cancellationWorkflowId)] : null;
}
