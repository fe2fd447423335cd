import { knownState, type PurchaseOutcome } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { withoutInventory, type InventoryWait } from './inventory-wait.js';

/** Names a purchase and the claim under which it is written. */
export interface PurchaseAtEpoch {
  readonly purchaseId: string;
  readonly epoch: number;
}

/** A final outcome with the request that it belongs to. */
export interface OutcomeOfRequest {
  readonly purchaseId: string;
  readonly fingerprint: string;
  readonly outcome: PurchaseOutcome;
}

/**
 * Result for one purchase:
 * - `confirmed`: now, or by an earlier attempt of the same run
 * - `cancel_requested`, `undoing`: it must not be completed; it, or its whole event, was cancelled
 * - `superseded`: another run owns it now
 * - `finished`: it already has its outcome
 */
export type Finalised =
  | ({ readonly kind: 'confirmed' } & OutcomeOfRequest)
  | { readonly kind: Exclude<(typeof KINDS)[number], 'confirmed' | 'inventory_locked'>; readonly purchaseId: string };

const KINDS = ['confirmed', 'cancel_requested', 'undoing', 'superseded', 'finished', 'inventory_locked'] as const;

// The share lock on the inventory's row orders this before or after a rebuild's read of the tickets, and before or
// after the event's cancellation. The messages to integrators are written here and not by a trigger, which would run
// once per purchase; without an endpoint for them nothing is inserted. So are the mails to buyers who have a contact. The
// contact is read by a subquery, whose plan is a look-up by key however many contacts there are.
const FINALISE = `
with input as (
  select * from jsonb_to_recordset($1) as x("purchaseId" uuid, epoch integer)
), locked as materialized (
  select t.* from event_ticket_transactions t
   where t.id in (select "purchaseId" from input)
   order by t.id
     for update
), inventory as materialized (
  select event_id, event_cancelled from event_inventory
   where event_id in (select event_id from locked)
   order by event_id
     for share
), eligible as (
  select s.* from locked s
    join input i on i."purchaseId" = s.id and i.epoch = s.epoch
    join inventory n on n.event_id = s.event_id and not n.event_cancelled
   where s.status = 'persisted' and s.cancel_requested_at is null
), made_valid as (
  update event_tickets k set status = 'valid'
    from eligible e
   where k.purchase_id = e.id and k.status = 'pending'
  returning k.purchase_id, k.id, k.ticket_type, k.serial
), outcomes as (
  select v.purchase_id, jsonb_agg(
           jsonb_build_object('ticketId', v.id, 'ticketType', v.ticket_type, 'serial', v.serial)
           order by v.ticket_type, v.serial) as tickets
    from made_valid v group by v.purchase_id
), confirmed as (
  update event_ticket_transactions t
     set status = 'confirmed', confirmed_at = now(),
         outcome = jsonb_build_object('kind', 'confirmed', 'transactionId', t.transaction_id, 'tickets', o.tickets,
                                      'amountMinor', t.amount_minor, 'currency', t.currency)
    from outcomes o
   where t.id = o.purchase_id
  returning t.id, t.outcome, t.event_id, t.user_id, t.fees
), fees as (
  insert into purchase_fees (purchase_id, ticket_id, amount_minor, tax_rate_ppm)
  select c.id, v.id, (f.fee ->> 'priceMinor')::bigint, coalesce((f.fee ->> 'taxRatePpm')::integer, 0)
    from confirmed c
    cross join lateral jsonb_array_elements(c.fees) as f(fee)
    left join made_valid v on v.purchase_id = c.id and v.ticket_type = f.fee ->> 'ticketType'
), message as (
  insert into webhook_messages (type, payload)
  select 'purchase.confirmed', c.outcome - 'kind' || jsonb_build_object('purchaseId', c.id, 'eventId', c.event_id)
    from confirmed c
   where exists (select from webhook_endpoints where 'purchase.confirmed' = any(event_types))
  returning id
), delivery as (
  insert into webhook_deliveries (message_id, endpoint_id)
  select m.id, e.id
    from message m join webhook_endpoints e on 'purchase.confirmed' = any(e.event_types) and e.status = 'enabled'
), mail as (
  insert into mails (kind, user_id, purchase_id)
  select 'tickets', c.user_id, c.id
    from confirmed c where (select true from contacts x where x.user_id = c.user_id)
)
select s.id as purchase_id, s.fingerprint,
  case
    when c.id is not null or (s.status = 'confirmed' and s.epoch = i.epoch) then 'confirmed'
    when s.epoch <> i.epoch then 'superseded'
    when s.status = 'undoing' then 'undoing'
    when s.outcome is not null then 'finished'
    when s.status = 'persisted' and (s.cancel_requested_at is not null or n.event_cancelled) then 'cancel_requested'
    when s.status = 'persisted' and n.event_id is null then 'inventory_locked'
  end as kind, s.status,
  coalesce(c.outcome, s.outcome) as outcome
  from locked s
  join input i on i."purchaseId" = s.id
  left join inventory n on n.event_id = s.event_id
  left join confirmed c on c.id = s.id`;

const WAITING = { text: FINALISE, name: 'finalise-purchases' };
const TRYING = { text: FINALISE.replace('for share', 'for share skip locked'), name: 'try-finalise-purchases' };

interface Row extends OutcomeOfRequest {
  readonly kind: string | null;
  readonly status: string;
}

/**
 * Makes the tickets of captured purchases valid and the purchases confirmed, in one statement. The buyer may be told of
 * a purchase as soon as this returns `confirmed`.
 *
 * @returns one result per purchase, in the order given
 * @throws Error if one is in a state that does not follow from its capture: the money is taken, so nothing is guessed
 */
export function finalisePurchases(pool: pg.Pool, purchases: readonly PurchaseAtEpoch[]): Promise<Finalised[]>;
export function finalisePurchases(
  pool: pg.Pool,
  purchases: readonly PurchaseAtEpoch[],
  wait: InventoryWait,
): Promise<(Finalised | undefined)[]>;
export async function finalisePurchases(
  pool: pg.Pool,
  purchases: readonly PurchaseAtEpoch[],
  { waits }: InventoryWait = { waits: true },
): Promise<(Finalised | undefined)[]> {
  const { text, name } = waits ? WAITING : TRYING;
  const rows = await rowsOf<Row>(pool, text, [JSON.stringify(purchases)], name);
  const byId = new Map(rows.map((row) => [row.purchaseId, row]));
  return purchases.map(({ purchaseId }) => {
    const row = byId.get(purchaseId);
    if (!row) throw new Error(`purchase ${purchaseId} has no row`);
    const kind = knownState(KINDS, row.kind, `purchase ${purchaseId} (${row.status})`);
    if (kind === 'inventory_locked') {
      if (waits) throw withoutInventory(purchaseId);
      return undefined;
    }
    if (kind !== 'confirmed') return { kind, purchaseId };
    return { kind: 'confirmed', purchaseId, fingerprint: row.fingerprint, outcome: row.outcome };
  });
}
