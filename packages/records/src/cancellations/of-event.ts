import { inTransaction } from '@box-office/platform';
import type { EventCancellationRequest, RefundAmounts } from '@box-office/contract';
import type pg from 'pg';

// Waits for every persist and finalise under way; those that come later see the mark.
const LOCK = `select from event_inventory where event_id = $1 for update`;

const RECORD = `
insert into event_cancellations (event_id, requested_by, reason, request_id) values ($1, $2, $3, $4)
on conflict (event_id) do nothing`;

const MARK = `update event_inventory set event_cancelled = true where event_id = $1 and not event_cancelled`;

const CANCEL = `
update events set status = 'cancelled', updated_at = now() where id = $1 and status <> 'cancelled'`;

/**
 * Records that an event is cancelled: from here on none of its purchases can be confirmed, so those that are confirmed
 * are all that has to be refunded. Idempotent; the first request stands.
 *
 * @returns false if there is no such event
 */
export function recordEventCancellation(pool: pg.Pool, request: EventCancellationRequest): Promise<boolean> {
  const { eventId, requestedBy, reason, requestId } = request;
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(LOCK, [eventId]);
    if (rowCount === 0) return false;
    await client.query(RECORD, [eventId, requestedBy, reason, requestId]);
    await client.query(MARK, [eventId]);
    await client.query(CANCEL, [eventId]);
    return true;
  });
}

/** A purchase that has valid tickets, with its buyer. */
export interface ConfirmedPurchase {
  readonly purchaseId: string;
  readonly userId: string;
}

const PAGE = `
select id, user_id from event_ticket_transactions
 where event_id = $1 and status = 'confirmed'
   and ($2::uuid is null or (created_at, id) > (select created_at, id from event_ticket_transactions where id = $2))
 order by created_at, id
 limit $3`;

/** Confirmed purchases of an event, oldest first. `after` is the last one of the page before. */
export async function listConfirmedPurchases(
  pool: pg.Pool,
  page: { readonly eventId: string; readonly after: string | null; readonly limit: number },
): Promise<ConfirmedPurchase[]> {
  const { rows } = await pool.query<{ id: string; user_id: string }>(PAGE, [page.eventId, page.after, page.limit]);
  return rows.map((row) => ({ purchaseId: row.id, userId: row.user_id }));
}

const LEFT_BEHIND = `
select id from ticket_cancellations
 where event_id = $1 and settled_at is null and updated_at < now() - make_interval(secs => $2)
   and ($3::uuid is null or id > $3)
 order by id
 limit $4`;

/**
 * Ids of an event's cancellations that have stood still unfinished for a while: their workflow may be gone. `after` is the
 * last one of the page before.
 */
export async function listUnsettledCancellations(
  pool: pg.Pool,
  page: { readonly eventId: string; readonly idleMs: number; readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const { eventId, idleMs, after, limit } = page;
  const { rows } = await pool.query<{ id: string }>(LEFT_BEHIND, [eventId, idleMs / 1000, after, limit]);
  return rows.map((row) => row.id);
}

/** How far the cancellation of an event is, counted now. Money in minor units, times ISO 8601. */
export interface EventCancellationProgress extends RefundAmounts {
  readonly eventId: string;
  readonly currency: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestedAt: string;
  /** When nothing was left to do; null while it goes on. */
  readonly finishedAt: string | null;
  /** Purchases that were ever confirmed, and those of them that are cancelled by now. */
  readonly purchases: number;
  readonly cancelled: number;
  /** Purchases that have no outcome yet; none of them will be confirmed. */
  readonly open: number;
  /** Cancellations that are refunded or not yet, and not settled. */
  readonly unsettled: number;
}

const COUNT = `
select c.event_id, e.currency, c.requested_by, c.reason, c.requested_at, c.finished_at, p.*, r.*
  from event_cancellations c
  join events e on e.id = c.event_id
  cross join lateral (
    select count(*) filter (where confirmed_at is not null)::integer as purchases,
           count(*) filter (where status = 'cancelled')::integer as cancelled,
           count(*) filter (where outcome is null)::integer as open
      from event_ticket_transactions where event_id = c.event_id
  ) p
  cross join lateral (
    select count(*) filter (where settled_at is null)::integer as unsettled,
           coalesce(sum(amount_minor), 0) as requested_minor,
           coalesce(sum(amount_minor) filter (where status = 'cancelled' and refund_id is not null), 0) as refunded_minor,
           coalesce(sum(amount_minor) filter (where status = 'refunding'), 0) as pending_minor,
           coalesce(sum(amount_minor) filter (where status = 'cancelled' and refund_id is null), 0) as skipped_minor
      from ticket_cancellations where event_id = c.event_id
  ) r
 where c.event_id = $1`;

const FINISH = `update event_cancellations set finished_at = now() where event_id = $1 and finished_at is null`;

interface Row {
  readonly event_id: string;
  readonly currency: string;
  readonly requested_by: string;
  readonly reason: string;
  readonly requested_at: Date;
  readonly finished_at: Date | null;
  readonly purchases: number;
  readonly cancelled: number;
  readonly open: number;
  readonly unsettled: number;
  readonly requested_minor: string;
  readonly refunded_minor: string;
  readonly pending_minor: string;
  readonly skipped_minor: string;
}

/** The progress of an event's cancellation; null if the event is not cancelled, or there is none. */
export async function readEventCancellation(pool: pg.Pool, eventId: string): Promise<EventCancellationProgress | null> {
  const { rows } = await pool.query<Row>(COUNT, [eventId]);
  const row = rows[0];
  if (!row) return null;
  return {
    eventId: row.event_id,
    currency: row.currency,
    requestedBy: row.requested_by,
    reason: row.reason,
    requestedAt: row.requested_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    purchases: row.purchases,
    cancelled: row.cancelled,
    open: row.open,
    unsettled: row.unsettled,
    requestedMinor: Number(row.requested_minor),
    refundedMinor: Number(row.refunded_minor),
    pendingMinor: Number(row.pending_minor),
    skippedMinor: Number(row.skipped_minor),
  };
}

/** Notes that an event's cancellation has nothing left to do. Idempotent. */
export async function finishEventCancellation(pool: pg.Pool, eventId: string): Promise<void> {
  await pool.query(FINISH, [eventId]);
}
