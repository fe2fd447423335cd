import type { PurchaseStatus } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** The money of a purchase according to PostgreSQL. Amounts in minor units. */
export interface MoneyOnRecord {
  readonly purchaseId: string;
  readonly eventId: string;
  readonly status: PurchaseStatus;
  readonly currency: string;
  /** Its quoted price; nothing is paid if it is 0. */
  readonly amountMinor: number;
  /** The payment of its tickets; null if there was none. */
  readonly authorisationId: string | null;
  readonly paymentAttempt: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** The price of its valid tickets. */
  readonly validMinor: number;
  /** What may be kept: that price, the fees that were not returned, and what was withheld of cancelled tickets. */
  readonly keepMinor: number;
  /** It is open, or one of its cancellations is not settled: its money may still move. */
  readonly underWay: boolean;
  /** What the provider has taken back because of disputes that are open or lost. */
  readonly disputedMinor: number;
  /** The dispute that took money back, or else the latest; null if there is none. */
  readonly disputeId: string | null;
  /** A dispute whose status is not known; null if there is none. */
  readonly unknownDisputeId: string | null;
  /** One of its valid tickets was used at the door, or another person has taken it over. */
  readonly usedOrTransferred: boolean;
  /** An operator skipped a refund, which means that it was paid back by hand. */
  readonly paidBackByHand: boolean;
}

const MONEY = `
select t.id as purchase_id, t.event_id, t.status, t.currency, t.amount_minor, t.authorisation_id, t.payment_attempt,
       t.created_at,
       coalesce((select sum(price_minor) from event_tickets k where k.purchase_id = t.id and k.status = 'valid'), 0) as valid_minor,
       coalesce((select sum(price_minor) from event_tickets k where k.purchase_id = t.id and k.status = 'valid'), 0)
         + coalesce((select sum(amount_minor) from purchase_fees f where f.purchase_id = t.id and f.returned_by is null), 0)
         + coalesce((select sum(amount_minor) from withheld_amounts w where w.purchase_id = t.id), 0) as keep_minor,
       t.outcome is null or exists (
         select from ticket_cancellations c where c.purchase_id = t.id and c.settled_at is null) as under_way,
       coalesce((select sum(amount_minor) from disputes d where d.purchase_id = t.id and d.withdrawn), 0)
         as disputed_minor,
       (select id from disputes d where d.purchase_id = t.id order by withdrawn desc, changed_at desc limit 1)
         as dispute_id,
       (select id from disputes d where d.purchase_id = t.id and d.status = 'unknown' order by changed_at desc limit 1)
         as unknown_dispute_id,
       exists (
         select from event_tickets k
          where k.purchase_id = t.id and k.status = 'valid'
            and (k.admission_id is not null or k.holder_id is not null)) as used_or_transferred,
       exists (
         select from audit_logs a where a.purchase_id = t.id and a.kind = 'operator'
            and a.details ->> 'action' = 'skip' and a.details ->> 'step' in ('undoPayment', 'refund')) as paid_back_by_hand
  from event_ticket_transactions t
 where t.id = any($1::uuid[])`;

/** The money of these purchases, as far as they exist. */
export async function readMoney(pool: pg.Pool, purchaseIds: readonly string[]): Promise<MoneyOnRecord[]> {
  return rowsOf<MoneyOnRecord>(pool, MONEY, [purchaseIds], 'read-money');
}

/** How far the payment provider's statement was read, as the provider's cursor; null if it never was. */
export async function readStatementPosition(pool: pg.Pool): Promise<string | null> {
  const { rows } = await pool.query<{ position: string }>('select position from reconciliation_statement');
  return rows[0]?.position ?? null;
}

/** Records how far it is read now. Of two readers that began at one position, the first one moves it. */
export async function moveStatementPosition(pool: pg.Pool, from: string | null, to: string): Promise<void> {
  await pool.query(
    `insert into reconciliation_statement as b (position) values ($2)
     on conflict (id) do update set position = excluded.position where b.position is not distinct from $1`,
    [from, to],
  );
}
