import type { HandOver, PurchaseOrder, PurchaseOutcome, PurchaseStatus } from '@box-office/contract';
import { transactionIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { inOrder } from '../holds/hold-row.js';
import { CLAIMED, INSERT, INSERT_WITH_HOLDS, LOCK_HOLDS, USE_HOLDS } from './claim-sql.js';
import { storableJson } from '../storable-text.js';

/** The workflow run that asks to work on purchases. */
export interface Claimant {
  readonly workflowId: string;
  readonly runId: string;
  /** The workflow's first run, which a reset run continues; absent if that is this one. */
  readonly firstRunId?: string | undefined;
  readonly handOver?: HandOver;
}

/** A purchase that this run owns. Every later write names `epoch`. */
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
  readonly paymentMethod: string | null;
  readonly paymentAttempt: number;
  /** Generation of the event's inventory under which to reserve. */
  readonly generation: number;
  /** Version of the row after the claim; orders the copies that readers see. */
  readonly version: number;
  /** It uses the hold that it names, and pays its price. False if the hold had lapsed. */
  readonly usesHold: boolean;
  /** The row existed before: an earlier attempt may have taken capacity and sent an authorisation. */
  readonly resumed: boolean;
}

export type Claim =
  | ClaimedPurchase
  /** It has its outcome. `mine`: this workflow produced it, and so has to publish it. */
  | {
      readonly kind: 'finished';
      readonly purchaseId: string;
      readonly transactionId: string;
      readonly outcome: PurchaseOutcome;
      readonly mine: boolean;
      /** The row existed before. */
      readonly resumed: boolean;
    }
  /** Another workflow owns it and continues it. */
  | { readonly kind: 'elsewhere'; readonly purchaseId: string; readonly ownerWorkflowId: string }
  /** The same idempotency key was used before with another request. */
  | { readonly kind: 'other_request'; readonly purchaseId: string }
  /** Another open purchase uses the hold that it names. It has no row: try again later. */
  | { readonly kind: 'hold_in_use'; readonly purchaseId: string; readonly usedBy: string };

/**
 * A reset run of the owner, or the workflow to which the owner handed the purchase over, takes it over: the epoch
 * rises. A repeated claim by the same run raises the version alone: the attempt before may still be at work, see refuse.ts.
 */
const TAKE_OVER = `
update event_ticket_transactions
   set past_run_ids = case when owner_run_id = $3 then past_run_ids else past_run_ids || owner_run_id end,
       epoch = case when owner_run_id = $3 then epoch else epoch + 1 end,
       owner_workflow_id = $2, owner_run_id = $3
 where id = any($1::uuid[])
   and outcome is null
   and $3 <> all (past_run_ids)
   and (owner_workflow_id = $2
     or (owner_workflow_id = $4 and owner_run_id = $5 and epoch = $6))`;

const READ = `
select ${CLAIMED}
  from event_ticket_transactions t
  left join event_inventory i on i.event_id = t.event_id
 where t.id = any($1::uuid[])`;

interface Row extends Omit<ClaimedPurchase, 'kind' | 'status' | 'usesHold' | 'resumed'> {
  readonly status: PurchaseStatus;
  readonly fingerprint: string;
  readonly outcome: PurchaseOutcome | null;
  readonly ownerWorkflowId: string;
  readonly ownerRunId: string;
  readonly usedHoldId: string | null;
}

/** One per order. The columns of the row are null if none was inserted. */
type Inserted = { readonly orderId: string; readonly holdInUseBy: string | null } & (
  Row | { readonly purchaseId: null }
);

/**
 * Inserts or finds the rows of purchases, and says which of them this workflow run owns. The price is quoted here and
 * never changes: the price of its hold if it uses one, otherwise that of `event_ticket_types`. A hold that a purchase
 * names belongs to it from then on, unless the hold had lapsed.
 *
 * @returns one claim per order, in the order of `orders`
 */
export async function claimPurchases(
  pool: pg.Pool,
  orders: readonly PurchaseOrder[],
  claimant: Claimant,
): Promise<Claim[]> {
  const { workflowId, runId, handOver } = claimant;
  const inserted = await insertPurchases(pool, orders, claimant);
  const fresh = new Map(inserted.flatMap((row) => (row.purchaseId === null ? [] : [[row.purchaseId, row]])));
  const inUse = new Map(inserted.flatMap(({ orderId, holdInUseBy: by }) => (by === null ? [] : [[orderId, by]])));
  const existing = orders.map((order) => order.purchaseId).filter((purchaseId) => !fresh.has(purchaseId));
  const found = existing.length === 0 ? fresh : await takeOverExisting(pool, existing, { workflowId, runId, handOver });
  return orders.map((order) => {
    const { purchaseId } = order;
    const row = fresh.get(purchaseId) ?? found.get(purchaseId);
    if (row) return claimOf(order, row, claimant, !fresh.has(purchaseId));
    const usedBy = inUse.get(purchaseId);
    if (usedBy === undefined) throw new Error(`purchase ${purchaseId} has no row after its claim`);
    return { kind: 'hold_in_use', purchaseId, usedBy };
  });
}

/** One statement if no hold is named. Otherwise the holds are locked first, so that the insert sees their state. */
async function insertPurchases(
  pool: pg.Pool,
  orders: readonly PurchaseOrder[],
  { workflowId, runId, firstRunId = runId }: Claimant,
): Promise<readonly Inserted[]> {
  const input = orders.map((order) => ({
    ...order,
    transactionId: transactionIdOf(order.purchaseId),
    ...(order.holdId !== undefined && { wanted: inOrder(order.items) }),
  }));
  const values = [storableJson(input), workflowId, runId];
  const holdIds = orders.flatMap(({ holdId }) => holdId ?? []);
  if (holdIds.length === 0) {
    return rowsOf<Inserted>(pool, INSERT, values, 'claim-insert');
  }
  return inTransaction(pool, async (client) => {
    await client.query({ name: 'claim-lock-holds', text: LOCK_HOLDS, values: [holdIds] });
    const rows = await rowsOf<Inserted>(client, INSERT_WITH_HOLDS, [...values, firstRunId], 'claim-insert-with-holds');
    const using = rows.flatMap((row) => (row.purchaseId !== null && row.usedHoldId !== null ? row.purchaseId : []));
    if (using.length > 0) await client.query({ name: 'claim-use-holds', text: USE_HOLDS, values: [using] });
    return rows;
  });
}

/** Takes over what may be taken over of purchases that were claimed before, and reads their state. */
async function takeOverExisting(
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
  const rows = await rowsOf<Row>(pool, READ, [ids], 'claim-read');
  return new Map(rows.map((row) => [row.purchaseId, row]));
}

function claimOf(order: PurchaseOrder, row: Row, claimant: Claimant, resumed: boolean): Claim {
  const { fingerprint, outcome, ownerWorkflowId, ownerRunId, usedHoldId, status, ...purchase } = row;
  const { purchaseId, transactionId } = purchase;
  const mine = ownerWorkflowId === claimant.workflowId;
  const inherited = ownerWorkflowId === claimant.handOver?.fromWorkflowId;
  if (fingerprint !== order.fingerprint) return { kind: 'other_request', purchaseId };
  if (outcome) return { kind: 'finished', purchaseId, transactionId, outcome, mine: mine || inherited, resumed };
  if (!mine || ownerRunId !== claimant.runId) return { kind: 'elsewhere', purchaseId, ownerWorkflowId };
  const usesHold = usedHoldId !== null;
  return { ...purchase, kind: 'mine', status: status as ClaimedPurchase['status'], usesHold, resumed };
}
