import type { Hold, HoldOrder, Refusal } from '@box-office/contract';
import type pg from 'pg';
import { findHold } from './find.js';
import { inOrder } from './hold-row.js';

const REFUSE = `
insert into ticket_holds (id, fingerprint, user_id, event_id, wanted, items, tickets, status, refusal, request_id,
                          owner_workflow_id)
values ($1, $2, $3, $4, $5, '[]', 0, 'refused', $6, $7, $8)
on conflict (id) do nothing`;

/** Records the refusal of a hold, so that its key is refused permanently. Idempotent: the first row is kept. */
export async function refuseHold(
  pool: pg.Pool,
  order: HoldOrder & { readonly ownerWorkflowId: string },
  refusal: Refusal,
): Promise<Hold> {
  await pool.query({
    name: 'refuse-hold',
    text: REFUSE,
    values: [
      order.holdId,
      order.fingerprint,
      order.userId,
      order.eventId,
      JSON.stringify(inOrder(order.items)),
      JSON.stringify(refusal),
      order.requestId,
      order.ownerWorkflowId,
    ],
  });
  const hold = await findHold(pool, order.holdId);
  if (!hold) throw new Error(`hold ${order.holdId} has no row after its refusal`);
  return hold;
}
