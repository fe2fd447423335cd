import type { EventFacts, SerialRange } from '@box-office/contract';
import type pg from 'pg';
import { readHeld, tenable } from './held-contents.js';
import type { PurchaseSerials } from './purchase-serials.js';

/** What is taken of an event according to the record. */
export interface TakenSerials {
  /** Purchases that are still open (their tickets are pending), and timed holds. */
  readonly holds: readonly PurchaseSerials[];
  readonly sales: readonly PurchaseSerials[];
}

const CONTENTS = `
select k.purchase_id, t.epoch, k.user_id, k.status, jsonb_agg(
         jsonb_build_object('ticketType', k.ticket_type, 'serials', k.serials)) as items
  from (
    select purchase_id, user_id, status, ticket_type, jsonb_agg(serial order by serial) as serials
      from event_tickets where event_id = $1 and living
     group by purchase_id, user_id, status, ticket_type
  ) k
  join event_ticket_transactions t on t.id = k.purchase_id
 group by k.purchase_id, t.epoch, k.user_id, k.status`;

/** Reads which serials of an event are whose, as an inventory built at this moment would hold them. */
export async function readTakenSerials(client: pg.ClientBase, facts: EventFacts): Promise<TakenSerials> {
  const { rows } = await client.query<{
    purchase_id: string;
    epoch: number;
    user_id: string;
    status: 'pending' | 'valid';
    items: SerialRange[];
  }>(CONTENTS, [facts.id]);
  const serialsOf = (status: string): PurchaseSerials[] =>
    rows
      .filter((row) => row.status === status)
      .map((row) => ({ purchaseId: row.purchase_id, epoch: row.epoch, userId: row.user_id, items: row.items }));
  const [pending, sales] = [serialsOf('pending'), serialsOf('valid')];
  const held = tenable(facts, [...pending, ...sales], await readHeld(client, facts.id));
  return { holds: [...pending, ...held], sales };
}
