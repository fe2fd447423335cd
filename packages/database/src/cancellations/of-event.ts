import { inTransaction } from '@box-office/platform';
import type { EventCancellationRequest, RefundAmounts } from '@box-office/contract';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import { rowsOf } from '../rows.js';
import { operatorOfRequest, operatorRequestId } from '../audit/operator-requests.js';

// Waits for every persist and finalise in progress; later ones see the mark.
const LOCK = `select from event_inventory where event_id = $1 for update`;

const RECORD = `
insert into event_cancellations (event_id, requested_by, reason, request_id) values ($1, $2, $3, $4)
on conflict (event_id) do nothing`;

const MARK = `update event_inventory set event_cancelled = true where event_id = $1 and not event_cancelled`;

const STATUS = `select status from events where id = $1`;

const CANCEL = `
update events set status = 'cancelled', revision = revision + 1, updated_at = now() where id = $1 and status <> 'cancelled'`;

/**
 * Records that an event is cancelled: from then on none of its purchases can be confirmed, so those that are confirmed
 * are all that has to be refunded. Idempotent; the first request is kept.
 *
 * @returns false if the event does not exist
 */
export function recordEventCancellation(pool: pg.Pool, request: EventCancellationRequest): Promise<boolean> {
  const { eventId, requestedBy, reason, requestId } = request;
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(LOCK, [eventId]);
    if (rowCount === 0) return false;
    const recorded = await client.query(RECORD, [eventId, requestedBy, reason, requestId]);
    await client.query(MARK, [eventId]);
    const event = await client.query<{ status: string }>(STATUS, [eventId]);
    await client.query(CANCEL, [eventId]);
    if (recorded.rowCount === 1) {
      await recordOperatorAct(client, {
        by: await operatorOfRequest(client, [operatorRequestId.cancelEvent(eventId)], requestedBy),
        action: 'cancel_event',
        reason,
        eventId,
        requestId,
        before: { status: event.rows[0]?.status },
        after: { status: 'cancelled' },
      });
    }
    return true;
  });
}

/** A purchase that has valid tickets, with its buyer, and the first request to cancel its event. */
export interface PurchaseToCancel extends Omit<EventCancellationRequest, 'from'> {
  readonly purchaseId: string;
  readonly userId: string;
}

const PAGE = `
select t.id as purchase_id, t.user_id, t.event_id, c.requested_by, c.reason, c.request_id
  from event_ticket_transactions t join event_cancellations c on c.event_id = t.event_id
 where t.event_id = $1 and t.status = 'confirmed'
   and ($2::uuid is null or (t.created_at, t.id) > (select created_at, id from event_ticket_transactions where id = $2))
 order by t.created_at, t.id
 limit $3`;

/** Confirmed purchases of an event that is cancelled, oldest first. `after` is the last one of the previous page. */
export async function listPurchasesToCancel(
  pool: pg.Pool,
  page: { readonly eventId: string; readonly after: string | null; readonly limit: number },
): Promise<PurchaseToCancel[]> {
  return rowsOf<PurchaseToCancel>(pool, PAGE, [page.eventId, page.after, page.limit]);
}

const UNSETTLED = `
select id from ticket_cancellations
 where event_id = $1 and settled_at is null and updated_at < now() - make_interval(secs => $2)
   and ($3::uuid is null or id > $3)
 order by id
 limit $4`;

/**
 * Ids of an event's unsettled cancellations that have not changed for `idleMs`: their workflow may be closed. `after`
 * is the last one of the previous page.
 */
export async function listUnsettledCancellations(
  pool: pg.Pool,
  page: { readonly eventId: string; readonly idleMs: number; readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const { eventId, idleMs, after, limit } = page;
  const { rows } = await pool.query<{ id: string }>(UNSETTLED, [eventId, idleMs / 1000, after, limit]);
  return rows.map((row) => row.id);
}

/** Progress of the cancellation of an event. Money in minor units, times ISO 8601. */
export interface EventCancellationProgress extends RefundAmounts {
  readonly eventId: string;
  readonly currency: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestedAt: string;
  /** When nothing was left to do; null while it is in progress. */
  readonly finishedAt: string | null;
  /** Purchases that were ever confirmed, and those of them that are cancelled. */
  readonly purchases: number;
  readonly cancelled: number;
  /** Open purchases; none of them will be confirmed. */
  readonly open: number;
  /** Cancellations that are not settled. */
  readonly unsettled: number;
}

// One snapshot, whatever is counted meanwhile. Only the first read of an event reads all of its purchases.
const COUNT_BEFORE = `
update event_cancellations c
   set confirmed_purchases = n.confirmed, cancelled_before = n.cancelled, refunded_minor_before = n.refunded_minor,
       skipped_minor_before = n.skipped_minor
  from (
    select s.event_id, p.confirmed, p.cancelled - s.cancelled_since as cancelled,
           r.refunded_minor - s.refunded_minor_since as refunded_minor,
           r.skipped_minor - s.skipped_minor_since as skipped_minor
      from event_cancellations s
      cross join lateral (
        select count(*) filter (where confirmed_at is not null) as confirmed,
               count(*) filter (where status = 'cancelled') as cancelled
          from event_ticket_transactions where event_id = s.event_id
      ) p
      cross join lateral (
        select coalesce(sum(amount_minor) filter (where refund_id is not null), 0) as refunded_minor,
               coalesce(sum(amount_minor) filter (where refund_id is null), 0) as skipped_minor
          from ticket_cancellations where event_id = s.event_id and status = 'cancelled'
      ) r
     where s.event_id = $1 and s.confirmed_purchases is null
  ) n
 where c.event_id = n.event_id and c.confirmed_purchases is null`;

// Open purchases of all events are few, and have their own index.
const PROGRESS = `
with open as materialized (select event_id from event_ticket_transactions where outcome is null)
select c.event_id, e.currency, c.requested_by, c.reason, c.requested_at, c.finished_at,
       c.confirmed_purchases as purchases, c.cancelled_before + c.cancelled_since as cancelled,
       c.refunded_minor_before + c.refunded_minor_since as refunded_minor,
       c.skipped_minor_before + c.skipped_minor_since as skipped_minor,
       (select count(*) from open where event_id = c.event_id)::integer as open,
       u.unsettled, u.unfinished_minor, u.pending_minor
  from event_cancellations c
  join events e on e.id = c.event_id
  cross join lateral (
    select count(*)::integer as unsettled,
           coalesce(sum(amount_minor) filter (where status <> 'cancelled'), 0) as unfinished_minor,
           coalesce(sum(amount_minor) filter (where status = 'refunding'), 0) as pending_minor
      from ticket_cancellations where event_id = c.event_id and settled_at is null
  ) u
 where c.event_id = $1`;

const FINISH = `update event_cancellations set finished_at = now() where event_id = $1 and finished_at is null`;

/** The progress of an event's cancellation; null if the event is not cancelled or does not exist. */
export async function readEventCancellation(pool: pg.Pool, eventId: string): Promise<EventCancellationProgress | null> {
  type Row = Omit<EventCancellationProgress, 'purchases' | 'requestedMinor'> & {
    /** Null until they were counted. */
    readonly purchases: number | null;
    readonly unfinishedMinor: number;
  };
  const read = async (): Promise<Row | undefined> => (await rowsOf<Row>(pool, PROGRESS, [eventId]))[0];
  let row = await read();
  if (row?.purchases === null) {
    await pool.query(COUNT_BEFORE, [eventId]);
    row = await read();
  }
  if (!row) return null;
  const { unfinishedMinor, purchases, ...progress } = row;
  const requestedMinor = unfinishedMinor + row.refundedMinor + row.skippedMinor;
  return { ...progress, purchases: purchases ?? 0, requestedMinor };
}

/** Records that an event's cancellation has nothing left to do. Idempotent. */
export async function finishEventCancellation(pool: pg.Pool, eventId: string): Promise<void> {
  await pool.query(FINISH, [eventId]);
}
