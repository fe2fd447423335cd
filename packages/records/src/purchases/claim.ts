import type { HandOver, OrderItem, PurchaseOrder, PurchaseOutcome, PurchaseStatus } from '@box-office/contract';
import { transactionIdOf } from '@box-office/contract/derive';
import type pg from 'pg';

/** The workflow run that asks to work on purchases. */
export interface Claimant {
  readonly workflowId: string;
  readonly runId: string;
  readonly handOver?: HandOver;
}

/** A purchase as its owner may go on with it. Every later write names `epoch`. */
export interface ClaimedPurchase {
  readonly kind: 'mine';
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly epoch: number;
  readonly status: Extract<PurchaseStatus, 'claimed' | 'persisted' | 'undoing'>;
  /** Present when the status is `undoing`: the outcome to be given when undoing is done. */
  readonly undoOutcome: PurchaseOutcome | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly paymentAttempt: number;
  /** Generation of the event's inventory under which to reserve. */
  readonly generation: number;
  /** Of the row, after the claim: orders the states that readers see. */
  readonly version: number;
  /** The row was there before: an earlier try may have taken capacity and sent an authorisation. */
  readonly resumed: boolean;
}

export type Claim =
  | ClaimedPurchase
  /** It has its outcome; `mine` tells whether this workflow brought it about and so still has to publish it. */
  | {
      readonly kind: 'finished';
      readonly purchaseId: string;
      readonly transactionId: string;
      readonly outcome: PurchaseOutcome;
      readonly mine: boolean;
    }
  /** Another workflow owns it and goes on with it. */
  | { readonly kind: 'elsewhere'; readonly purchaseId: string; readonly ownerWorkflowId: string }
  /** The same key was used before with another request. */
  | { readonly kind: 'other_request'; readonly purchaseId: string };

const CLAIMED = `
  t.id, t.transaction_id, t.fingerprint, t.status, t.outcome, t.undo_outcome, t.epoch, t.owner_workflow_id, t.owner_run_id,
  t.amount_minor, t.currency, t.payment_method, t.payment_attempt, t.version, i.generation`;

// The usual case is one statement: all purchases are new. Of two claims at the same moment the later one may meet the unique
// transaction id before the id, so no index is named.
const INSERT = `
with input as (
  select * from jsonb_to_recordset($1) as x(
    "purchaseId" uuid, fingerprint text, "userId" text, "eventId" text, items jsonb,
    "paymentMethod" text, "requestId" text, "transactionId" text, "holdId" uuid)
), quoted as (
  select i.*, e.id is not null as event_known, e.currency, q.items as quoted_items, q.amount_minor, q.unknown_type
    from input i
    left join events e on e.id = i."eventId"
    cross join lateral (
      select jsonb_agg(jsonb_build_object(
               'ticketType', w."ticketType", 'quantity', w.quantity, 'priceMinor', t.price_minor)) as items,
             sum(w.quantity * t.price_minor) as amount_minor,
             min(w."ticketType") filter (where t.name is null) as unknown_type
        from jsonb_to_recordset(i.items) as w("ticketType" text, quantity integer)
        left join event_ticket_types t on t.event_id = i."eventId" and t.name = w."ticketType"
    ) q
), refusal as (
  select q.*, case
      when not event_known then jsonb_build_object('kind', 'refused', 'reason', 'unknown_event')
      when unknown_type is not null then
        jsonb_build_object('kind', 'refused', 'reason', 'unknown_ticket_type', 'ticketType', unknown_type)
    end as outcome
    from quoted q
), inserted as (
insert into event_ticket_transactions (
  id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency, payment_method, request_id,
  hold_id, status, outcome, owner_workflow_id, owner_run_id)
select "purchaseId", "transactionId", fingerprint, "userId", "eventId", quoted_items,
       coalesce(amount_minor, 0), coalesce(currency, ''), "paymentMethod", "requestId", "holdId",
       case when outcome is null then 'claimed' else 'refused' end, outcome, $2, $3
  from refusal
 order by "purchaseId"
on conflict do nothing
returning *
)
select ${CLAIMED} from inserted t left join event_inventory i on i.event_id = t.event_id`;

/** A reset run of the owner, or the workflow to which the owner handed the purchase over: the epoch rises. */
const TAKE_OVER = `
update event_ticket_transactions
   set past_run_ids = past_run_ids || owner_run_id, owner_workflow_id = $2, owner_run_id = $3, epoch = epoch + 1
 where id = any($1::uuid[])
   and outcome is null
   and $3 <> all (past_run_ids)
   and ((owner_workflow_id = $2 and owner_run_id <> $3)
     or (owner_workflow_id = $4 and owner_run_id = $5 and epoch = $6))`;

const READ = `
select ${CLAIMED}
  from event_ticket_transactions t
  left join event_inventory i on i.event_id = t.event_id
 where t.id = any($1::uuid[])`;

interface Row {
  id: string;
  transaction_id: string;
  fingerprint: string;
  status: PurchaseStatus;
  outcome: PurchaseOutcome | null;
  undo_outcome: PurchaseOutcome | null;
  epoch: number;
  owner_workflow_id: string;
  owner_run_id: string;
  amount_minor: string;
  currency: string;
  payment_method: string;
  payment_attempt: number;
  version: number;
  generation: string | null;
}

/**
 * Inserts or finds the rows of purchases and tells of each whether this workflow run may work on it.
 * The price is quoted here, from `event_ticket_types`, and stays for the life of the purchase.
 *
 * @returns one claim per order, in the order of `orders`
 */
export async function claimPurchases(
  pool: pg.Pool,
  orders: readonly PurchaseOrder[],
  claimant: Claimant,
): Promise<Claim[]> {
  const input = orders.map((order) => ({ ...order, transactionId: transactionIdOf(order.purchaseId) }));
  const { workflowId, runId, handOver } = claimant;
  const inserted = await pool.query<Row>({
    name: 'claim-insert',
    text: INSERT,
    values: [JSON.stringify(input), workflowId, runId],
  });
  const fresh = new Map(inserted.rows.map((row) => [row.id, row]));
  const older = orders.map((order) => order.purchaseId).filter((purchaseId) => !fresh.has(purchaseId));
  const found = older.length === 0 ? fresh : await findOlder(pool, older, { workflowId, runId, handOver });
  return orders.map((order) => {
    const row = fresh.get(order.purchaseId) ?? found.get(order.purchaseId);
    if (!row) throw new Error(`purchase ${order.purchaseId} has no row after its claim`);
    return claimOf(order, row, claimant, !fresh.has(row.id));
  });
}

/** Takes over what may be taken over of purchases that were claimed before, and reads where they stand. */
async function findOlder(
  pool: pg.Pool,
  ids: readonly string[],
  o: { readonly workflowId: string; readonly runId: string; readonly handOver: HandOver | undefined },
): Promise<Map<string, Row>> {
  const { fromWorkflowId = null, fromRunId = null, epoch = null } = o.handOver ?? {};
  await pool.query({
    name: 'claim-take-over',
    text: TAKE_OVER,
    values: [ids, o.workflowId, o.runId, fromWorkflowId, fromRunId, epoch],
  });
  const { rows } = await pool.query<Row>({ name: 'claim-read', text: READ, values: [ids] });
  return new Map(rows.map((row) => [row.id, row]));
}

function claimOf(order: PurchaseOrder, row: Row, claimant: Claimant, resumed: boolean): Claim {
  const purchaseId = order.purchaseId;
  const mine = row.owner_workflow_id === claimant.workflowId;
  const inherited = row.owner_workflow_id === claimant.handOver?.fromWorkflowId;
  if (row.fingerprint !== order.fingerprint) return { kind: 'other_request', purchaseId };
  if (row.outcome) {
    return {
      kind: 'finished',
      purchaseId,
      transactionId: row.transaction_id,
      outcome: row.outcome,
      mine: mine || inherited,
    };
  }
  if (!mine || row.owner_run_id !== claimant.runId) {
    return { kind: 'elsewhere', purchaseId, ownerWorkflowId: row.owner_workflow_id };
  }
  return {
    kind: 'mine',
    purchaseId,
    transactionId: row.transaction_id,
    epoch: row.epoch,
    status: row.status as ClaimedPurchase['status'],
    undoOutcome: row.undo_outcome,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
    paymentMethod: row.payment_method,
    paymentAttempt: row.payment_attempt,
    generation: Number(row.generation ?? 0),
    version: row.version,
    resumed,
  };
}

/** Items of a purchase with the price at which each was quoted, as kept in its row. */
export interface QuotedItem extends OrderItem {
  readonly priceMinor: number;
}
