import {
  NO_REFUNDS,
  sumOfRefunds,
  type CancellationStatus,
  type HeldTicket,
  type NextAction,
  type PurchaseOutcome,
  type PurchaseStatus,
  type QuotedFee,
  type QuotedItem,
  type RefundAmounts,
} from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { refundAmounts } from '../cancellations/amounts.js';

/** A cancellation in the list of its purchase. */
export interface CancellationOfPurchase extends RefundAmounts {
  readonly cancellationId: string;
  readonly status: CancellationStatus;
}

/** A purchase, from its row. Money in minor units; `tickets` are those that are not cancelled yet. */
export interface PurchaseRow extends RefundAmounts {
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  readonly status: PurchaseStatus;
  readonly outcome: PurchaseOutcome | null;
  /** Null if the event did not exist. */
  readonly items: readonly QuotedItem[] | null;
  /** Null: none. */
  readonly fees: readonly QuotedFee[] | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly tickets: readonly HeldTicket[];
  /** Oldest first. */
  readonly cancellations: readonly CancellationOfPurchase[];
  /** The hold whose tickets it buys or has bought. */
  readonly usedHoldId: string | null;
  /** What the purchase waits for its buyer to do. */
  readonly nextAction: NextAction | null;
  /** Id of the HTTP request. */
  readonly requestId: string;
  readonly version: number;
  /** Generation of the event's inventory when this was read; 0 if the event does not exist. */
  readonly generation: number;
  /** When its tickets became valid, ISO 8601. */
  readonly confirmedAt: string | null;
  /** When its event ends; null if the event does not exist. */
  readonly eventEndsAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const SELECT = `
select t.id as purchase_id, t.transaction_id, t.fingerprint, t.user_id, t.event_id, t.status, t.outcome, t.items, t.fees, t.amount_minor,
       t.currency, t.used_hold_id, t.request_id, t.version, t.confirmed_at, t.created_at, t.updated_at,
       case when t.status = 'persisted' then t.next_action end as next_action,
       coalesce(k.tickets, '[]') as tickets, c.cancellations, coalesce(i.generation, 0) as generation,
       e.ends_at as event_ends_at
  from event_ticket_transactions t
  left join event_inventory i on i.event_id = t.event_id
  left join events e on e.id = t.event_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('ticketId', id, 'ticketType', ticket_type, 'serial', serial,
                                        'status', case when cancellation_id is null then 'valid' else 'cancelling' end)
                     order by ticket_type, serial) as tickets
      from event_tickets where purchase_id = t.id and status = 'valid'
  ) k on true
  left join lateral (
    select jsonb_agg(jsonb_build_object('cancellationId', id, 'status', status, 'amountMinor', amount_minor,
                                        'refundId', refund_id)
                     order by requested_at, id) as cancellations
      from ticket_cancellations where purchase_id = t.id
  ) c on true`;

const BY_IDS = `${SELECT} where t.id = any($1::uuid[])`;
const BY_TRANSACTION = `${SELECT} where t.transaction_id = $1`;

interface Row extends Omit<PurchaseRow, 'cancellations'> {
  readonly cancellations:
    readonly (Parameters<typeof refundAmounts>[0] & Pick<CancellationOfPurchase, 'cancellationId'>)[] | null;
}

/** The purchases of these ids that exist, in no particular order. */
export async function findPurchases(pool: pg.Pool, purchaseIds: readonly string[]): Promise<PurchaseRow[]> {
  return (await rowsOf<Row>(pool, BY_IDS, [purchaseIds], 'find-purchases')).map(withRefunds);
}

/** The purchase behind a transaction id, or null. */
export async function findTransaction(pool: pg.Pool, transactionId: string): Promise<PurchaseRow | null> {
  const [row] = await rowsOf<Row>(pool, BY_TRANSACTION, [transactionId], 'find-transaction');
  return row ? withRefunds(row) : null;
}

/** Mutates the row: copies of rows took half of the time of reading a batch. */
function withRefunds(row: Row): PurchaseRow {
  const cancellations = (row.cancellations ?? []).map(({ cancellationId, status, ...one }) => ({
    cancellationId,
    status,
    ...refundAmounts({ status, ...one }),
  }));
  return Object.assign(row, cancellations.length === 0 ? NO_REFUNDS : sumOfRefunds(cancellations), { cancellations });
}
