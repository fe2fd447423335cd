import { isUuid, type PurchaseOrder, type PurchaseStatus } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A purchase with the workflow run that owns it, which may not exist any more. */
export interface OwnedPurchase {
  /** As it was requested, but for the amount that the buyer expected: only the first claim needs it. */
  readonly order: PurchaseOrder;
  readonly status: PurchaseStatus;
  readonly ownerWorkflowId: string;
  readonly ownerRunId: string;
  readonly epoch: number;
  /** When its row was changed last, ISO 8601. */
  readonly updatedAt: string;
  /** Until when it waits for its buyer, ISO 8601; null if it does not. */
  readonly awaitsBuyerUntil: string | null;
}

/** Work that has not changed for `idleMs`, after the last one of the page before. */
interface IdlePage {
  readonly idleMs: number;
  readonly after: string | null;
  readonly limit: number;
}

const SELECT = `
select t.status, t.owner_workflow_id, t.owner_run_id, t.epoch, t.updated_at, t.next_action ->> 'until' as awaits_buyer_until,
       jsonb_build_object(
         'purchaseId', t.id, 'fingerprint', t.fingerprint, 'userId', t.user_id, 'eventId', t.event_id,
         'items', coalesce((select jsonb_agg(i - '{priceMinor,taxRatePpm}'::text[] order by place)
                              from jsonb_array_elements(t.items) with ordinality as q(i, place)), '[]'),
         'paymentMethod', t.payment_method, 'requestId', t.request_id)
       || case when o.hold_id is null then '{}' else jsonb_build_object('holdId', o.hold_id) end
       || case when t.return_url is null then '{}' else jsonb_build_object('returnUrl', t.return_url) end
       || case when t.complimentary then jsonb_build_object('complimentary', true) else '{}' end as "order"
  from event_ticket_transactions t
  cross join lateral (
    select coalesce(t.hold_id, (select h.id from ticket_holds h where h.purchase_id = t.id)) as hold_id
  ) o`;

const IDLE = `${SELECT}
 where t.outcome is null
   and t.updated_at < now() - make_interval(secs => $1)
   and ($2::uuid is null or (t.created_at, t.id) > (select created_at, id from event_ticket_transactions where id = $2))
 order by t.created_at, t.id
 limit $3`;

const BY_IDS = `${SELECT} where t.id = any($1::uuid[])`;

/**
 * Open purchases whose row has not changed for `idleMs`, oldest first. `after` is the last one of the previous page.
 */
export async function listOpenPurchases(pool: pg.Pool, page: IdlePage): Promise<OwnedPurchase[]> {
  return rowsOf<OwnedPurchase>(pool, IDLE, [page.idleMs / 1000, page.after, page.limit]);
}

/** The purchases of these ids that exist, with their owners. */
export async function findOwners(pool: pg.Pool, purchaseIds: readonly string[]): Promise<OwnedPurchase[]> {
  return rowsOf<OwnedPurchase>(pool, BY_IDS, [purchaseIds]);
}

const CANCELLATIONS = `
select id from ticket_cancellations
 where settled_at is null and updated_at < now() - make_interval(secs => $1) and ($2::uuid is null or id > $2)
 order by id
 limit $3`;

/** Ids of unsettled cancellations of any event that have not changed for `idleMs`. */
export async function listOpenCancellations(pool: pg.Pool, page: IdlePage): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(CANCELLATIONS, [page.idleMs / 1000, page.after, page.limit]);
  return rows.map((row) => row.id);
}

/** Unsettled cancellations that have not changed for `idleMs`, the first requested first. */
export async function listOldestOpenCancellations(
  pool: pg.Pool,
  o: { readonly idleMs: number; readonly limit: number },
): Promise<{ readonly id: string; readonly updatedAt: string }[]> {
  return rowsOf(
    pool,
    `select id, updated_at from ticket_cancellations
      where settled_at is null and updated_at < now() - make_interval(secs => $1)
      order by requested_at, id
      limit $2`,
    [o.idleMs / 1000, o.limit],
  );
}

/** An event whose cancellation has begun and is not finished. */
export interface UnfinishedEventCancellation {
  readonly eventId: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestId: string;
}

const EVENT_CANCELLATIONS = `
select event_id, requested_by, reason, request_id from event_cancellations
 where finished_at is null and requested_at < now() - make_interval(secs => $1) and ($2::text is null or event_id > $2)
 order by event_id
 limit $3`;

/** Unfinished cancellations of events. `after` is the event of the last one of the previous page. */
export async function listUnfinishedEventCancellations(
  pool: pg.Pool,
  page: IdlePage,
): Promise<UnfinishedEventCancellation[]> {
  return rowsOf<UnfinishedEventCancellation>(pool, EVENT_CANCELLATIONS, [page.idleMs / 1000, page.after, page.limit]);
}

const UNCHANGED_EVENT_CANCELLATIONS = `
select e.event_id as id, e.requested_at as since from event_cancellations e
 where e.finished_at is null and e.requested_at < now() - make_interval(secs => $1)
   and exists (select from event_tickets k
                where k.event_id = e.event_id and k.serial_in_use and k.status = 'valid' and k.cancellation_id is null)
   and not exists (select from ticket_cancellations c
                    where c.event_id = e.event_id and c.updated_at >= now() - make_interval(secs => $1))
 order by e.requested_at, e.event_id
 limit $2`;

/**
 * Events whose cancellation is unfinished, which have tickets that no cancellation has claimed, and of which no cancellation
 * has changed for `idleMs`; the first first.
 */
export async function listUnchangedEventCancellations(
  pool: pg.Pool,
  o: { readonly idleMs: number; readonly limit: number },
): Promise<{ readonly id: string; readonly since: string }[]> {
  return rowsOf(pool, UNCHANGED_EVENT_CANCELLATIONS, [o.idleMs / 1000, o.limit]);
}

const EXISTING = `
select id::text from event_ticket_transactions where id = any($1::uuid[])
 union all select id::text from ticket_cancellations where id = any($1::uuid[])
 union all select id::text from ticket_holds where id = any($1::uuid[])`;

/** Which of these ids, of purchases, cancellations or holds, have a row. */
export async function findRecorded(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>(EXISTING, [ids]);
  return new Set(rows.map(({ id }) => id));
}

const CLAIMED = `
select exists (
  select from event_ticket_transactions
   where id = any($1::uuid[]) and (owner_workflow_id = $2 or $3 = any (past_run_ids))) as claimed`;

/**
 * Whether a workflow has claimed its purchases, in its first run or in one that was reset. A claim takes all of them in
 * one statement: those that have no row then were not begun, because another purchase used the hold that they name.
 */
export async function hasClaimed(
  pool: pg.Pool,
  { workflowId, firstRunId }: { readonly workflowId: string; readonly firstRunId: string },
  purchaseIds: readonly string[],
): Promise<boolean> {
  const { rows } = await pool.query<{ claimed: boolean }>(CLAIMED, [purchaseIds, workflowId, firstRunId]);
  return rows[0]?.claimed === true;
}

/** Which of these events are being cancelled, or are cancelled. */
export async function findCancelledEvents(pool: pg.Pool, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>(
    'select event_id as id from event_cancellations where event_id = any($1::text[])',
    [eventIds],
  );
  return new Set(rows.map(({ id }) => id));
}

const FINISHED = `
select id::text from event_ticket_transactions where id = any($2::uuid[]) and outcome is not null
 union all select id::text from ticket_cancellations where id = any($2::uuid[]) and settled_at is not null
 union all select id::text from ticket_holds where id = any($2::uuid[]) and status <> 'active'
 union all select event_id from event_cancellations where event_id = any($1::text[]) and finished_at is not null`;

/** Which of these ids, of purchases, cancellations, holds or cancelled events, are finished. */
export async function findFinished(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await pool.query<{ id: string }>(FINISHED, [ids, ids.filter(isUuid)]);
  return new Set(rows.map(({ id }) => id));
}
