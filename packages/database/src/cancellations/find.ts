import type { CancellationStatus, PurchaseStatus, RefundAmounts, Ticket } from '@box-office/contract';
import { rowsOf, type Queryable } from '../rows.js';
import { refundAmounts } from './amounts.js';

/** A cancellation, from its row, with what its workflow needs. Money in minor units, times ISO 8601. */
export interface Cancellation {
  readonly cancellationId: string;
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly eventId: string;
  /** The buyer. */
  readonly userId: string;
  readonly status: CancellationStatus;
  /** Ids of the requested tickets; null for the whole purchase. */
  readonly wantedTickets: readonly string[] | null;
  /** The tickets that it has claimed: only these are refunded and cancelled by it. */
  readonly tickets: readonly Ticket[];
  /** What it refunds: their prices and the fees that go with them, less what is withheld. */
  readonly amountMinor: number;
  /** How much of that was refunded. */
  readonly refunds: RefundAmounts;
  readonly currency: string;
  /** The payment that is refunded; the authorisation is null if the purchase never had one. */
  readonly paymentAttempt: number;
  readonly authorisationId: string | null;
  readonly requestedBy: string;
  readonly byOperator: boolean;
  readonly reason: string;
  readonly requestId: string;
  /** The refund or dispute by which the money went back outside of Box Office; null: it is refunded. */
  readonly returnedBy: string | null;
  readonly requestedAt: string;
  readonly cancelledAt: string | null;
  /** Its capacity is back in Redis and its messages are published: nothing is left to do. */
  readonly settled: boolean;
  /** Status of the purchase when this was read. */
  readonly purchaseStatus: PurchaseStatus;
}

const BY_IDS = `
select c.id as cancellation_id, c.purchase_id, t.transaction_id, c.event_id, t.user_id, c.status, c.wanted_tickets, c.amount_minor, c.refund_id, c.currency,
       t.payment_attempt, t.authorisation_id, c.requested_by, c.by_operator, c.reason, c.request_id, c.requested_at,
       c.returned_by,
       c.cancelled_at, c.settled_at is not null as settled, t.status as purchase_status,
       coalesce(k.tickets, '[]') as tickets
  from ticket_cancellations c
  join event_ticket_transactions t on t.id = c.purchase_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('ticketId', id, 'ticketType', ticket_type, 'serial', serial)
                     order by ticket_type, serial) as tickets
      from event_tickets where cancellation_id = c.id
  ) k on true
 where c.id = any($1::uuid[])`;

/** The cancellations of these ids that exist, in the order of the ids. */
export async function findCancellations(db: Queryable, cancellationIds: readonly string[]): Promise<Cancellation[]> {
  type Row = Omit<Cancellation, 'refunds'> & { readonly refundId: string | null };
  const rows = await rowsOf<Row>(db, BY_IDS, [cancellationIds], 'find-cancellations');
  const byId = new Map(
    rows.map(({ refundId, ...row }) => [row.cancellationId, { ...row, refunds: refundAmounts({ ...row, refundId }) }]),
  );
  return cancellationIds.flatMap((id) => byId.get(id) ?? []);
}
