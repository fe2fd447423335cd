import { knownState, type SerialRange } from '@box-office/contract';
import { ticketIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { isOverBuyerLimit, retrying } from '../retrying.js';
import { withoutInventory, type InventoryWait } from './inventory-wait.js';

export interface TicketsToPersist {
  readonly purchaseId: string;
  readonly epoch: number;
  /** Generation of the inventory under which the serials were reserved. */
  readonly generation: number;
  /** Null if nothing is paid. */
  readonly authorisationId: string | null;
  readonly items: readonly SerialRange[];
}

/**
 * Result for one purchase:
 * - `persisted`: its tickets are pending, now or since an earlier attempt
 * - `stale_generation`: the hold comes from an inventory that was closed since; reserve again
 * - `serial_conflict`: a serial belongs to another purchase; nothing of this one was written, reserve again
 * - `cancel_requested`, `undoing`: it must not be completed; it, or its whole event, was cancelled
 * - `superseded`: another run owns it now
 * - `finished`: it already has its outcome
 * - over the buyer limit: it must not be completed, whatever Redis says; nothing of it was written
 */
export type PersistOutcome = Exclude<(typeof KINDS)[number], 'over_buyer_limit' | 'inventory_locked'> | OverBuyerLimit;

const KINDS = [
  'persisted',
  'stale_generation',
  'serial_conflict',
  'cancel_requested',
  'undoing',
  'superseded',
  'finished',
  'over_buyer_limit',
  'inventory_locked',
] as const;

/** With this purchase the buyer, who has `held` tickets of the event, would have more than `limit`. */
export interface OverBuyerLimit {
  readonly kind: 'over_buyer_limit';
  readonly limit: number;
  readonly held: number;
}

// Rows are locked in id order, buyers in theirs, and tickets inserted in serial order, so that batches do not deadlock.
// Triggers count the tickets of a buyer and refuse what is above the limit; this checks it before them, so that one
// purchase over the limit does not fail its batch.
const PERSIST = `
with input as (
  select * from jsonb_to_recordset($1) as x(
    "purchaseId" uuid, epoch integer, generation bigint, "authorisationId" text, tickets jsonb)
), locked as materialized (
  select t.id, t.epoch, t.status, t.outcome, t.cancel_requested_at, t.event_id, t.user_id, t.currency, t.items
    from event_ticket_transactions t
   where t.id in (select "purchaseId" from input)
   order by t.id
     for update
), open_generation as materialized (
  select event_id, generation, event_cancelled from event_inventory
   where event_id in (select event_id from locked)
   order by event_id
     for share
), buyer as materialized (
  select b.event_id, b.user_id, b.tickets from event_buyers b
   where (b.event_id, b.user_id) in (select event_id, user_id from locked)
   order by b.event_id, b.user_id
     for update
), ready as (
  select s.*, i."authorisationId", i.tickets, v.limit_per_buyer, coalesce(b.tickets, 0) as held,
         coalesce(b.tickets, 0) + sum(jsonb_array_length(i.tickets)) over (
           partition by s.event_id, s.user_id order by s.id) as would_have
    from locked s
    join input i on i."purchaseId" = s.id and i.epoch = s.epoch
    join open_generation g on g.event_id = s.event_id and g.generation = i.generation
    join events v on v.id = s.event_id
    left join buyer b on b.event_id = s.event_id and b.user_id = s.user_id
   where s.status = 'claimed' and s.cancel_requested_at is null and not g.event_cancelled
), eligible as (
  select * from ready where would_have <= limit_per_buyer
), wanted as (
  select e.id as purchase_id, e.event_id, e.user_id, e.currency, w.id, w."ticketType" as ticket_type, w.serial,
         (q.item ->> 'priceMinor')::bigint as price_minor
    from eligible e
    cross join lateral jsonb_to_recordset(e.tickets) as w(id uuid, "ticketType" text, serial integer)
    cross join lateral (
      select item from jsonb_array_elements(e.items) as item where item ->> 'ticketType' = w."ticketType"
    ) q
), inserted as (
  insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
  select id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, 'pending'
    from wanted
   order by event_id, ticket_type, serial
  on conflict do nothing
  returning purchase_id
), counted as (
  select e.id, e."authorisationId",
         jsonb_array_length(e.tickets) = (select count(*) from inserted n where n.purchase_id = e.id) as complete
    from eligible e
), moved as (
  update event_ticket_transactions t
     set status = 'persisted', authorisation_id = c."authorisationId"
    from counted c
   where t.id = c.id and c.complete
  returning t.id
)
select s.id,
  case
    when m.id is not null then 'persisted'
    when c.id is not null then 'serial_conflict'
    when r.id is not null then 'over_buyer_limit'
    when s.epoch <> i.epoch then 'superseded'
    when s.status = 'persisted' then 'persisted'
    when s.status = 'undoing' then 'undoing'
    when s.outcome is not null then 'finished'
    when s.status = 'claimed' and (s.cancel_requested_at is not null or g.event_cancelled) then 'cancel_requested'
    when s.status = 'claimed' and g.generation <> i.generation then 'stale_generation'
    when s.status = 'claimed' and g.event_id is null then 'inventory_locked'
  end as outcome, s.status, r.limit_per_buyer as limit, r.held
  from locked s
  join input i on i."purchaseId" = s.id
  left join open_generation g on g.event_id = s.event_id
  left join ready r on r.id = s.id
  left join counted c on c.id = s.id
  left join moved m on m.id = s.id`;

const WAITING = { text: PERSIST, name: 'persist-tickets' };
const TRYING = { text: PERSIST.replace('for share', 'for share skip locked'), name: 'try-persist-tickets' };

const TAKE_BACK = `delete from event_tickets where purchase_id = any($1::uuid[]) and status = 'pending'`;

type Input = Omit<TicketsToPersist, 'items'> & { readonly tickets: readonly object[] };

interface Row extends Omit<OverBuyerLimit, 'kind'> {
  readonly id: string;
  readonly outcome: string | null;
  readonly status: string;
}

/**
 * Writes the tickets of authorised purchases as pending: from then on PostgreSQL has their serials in use. A serial
 * conflict or a buyer over the limit affects that purchase alone; the others are written.
 *
 * @returns one outcome per purchase, in the order given
 * @throws Error if one is in a state that does not follow from its authorisation
 */
export function persistTickets(pool: pg.Pool, purchases: readonly TicketsToPersist[]): Promise<PersistOutcome[]>;
export function persistTickets(
  pool: pg.Pool,
  purchases: readonly TicketsToPersist[],
  wait: InventoryWait,
): Promise<(PersistOutcome | undefined)[]>;
export async function persistTickets(
  pool: pg.Pool,
  purchases: readonly TicketsToPersist[],
  { waits }: InventoryWait = { waits: true },
): Promise<(PersistOutcome | undefined)[]> {
  const input = purchases.map(({ items, ...purchase }) => ({
    ...purchase,
    tickets: items.flatMap(({ ticketType, serials }) =>
      serials.map((serial) => ({ id: ticketIdOf(purchase.purchaseId, ticketType, serial), ticketType, serial })),
    ),
  }));
  const outcomes = await retrying(isOverBuyerLimit, () =>
    inTransaction(pool, (client) => persistIn(waits ? WAITING : TRYING, client, input)),
  );
  return purchases.map(({ purchaseId }) => {
    if (!outcomes.has(purchaseId)) throw new Error(`purchase ${purchaseId} has no row`);
    const outcome = outcomes.get(purchaseId);
    if (outcome === undefined && waits) throw withoutInventory(purchaseId);
    return outcome;
  });
}

async function persistIn(
  statement: typeof WAITING,
  client: pg.ClientBase,
  input: readonly Input[],
): Promise<Map<string, PersistOutcome | undefined>> {
  const rows = await rowsOf<Row>(client, statement.text, [JSON.stringify(input)], statement.name);
  const conflicting = rows.filter((row) => row.outcome === 'serial_conflict').map((row) => row.id);
  if (conflicting.length > 0) await client.query(TAKE_BACK, [conflicting]);
  const outcomes = new Map(rows.map((row) => [row.id, outcomeOf(row)]));
  // Over the limit only together with other purchases of the buyer in this batch, which may have failed: try it alone.
  for (const purchase of input) {
    const outcome = outcomes.get(purchase.purchaseId);
    if (typeof outcome !== 'object' || outcome.held + purchase.tickets.length > outcome.limit) continue;
    for (const [id, alone] of await persistIn(statement, client, [purchase])) outcomes.set(id, alone);
  }
  return outcomes;
}

function outcomeOf({ id, outcome, status, limit, held }: Row): PersistOutcome | undefined {
  const kind = knownState(KINDS, outcome, `purchase ${id} (${status})`);
  if (kind === 'inventory_locked') return undefined;
  return kind === 'over_buyer_limit' ? { kind, limit, held } : kind;
}
