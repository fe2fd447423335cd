import type { PurchaseOrder, PurchaseStatus, QuotedItem } from '@box-office/contract';
import type pg from 'pg';

/** A purchase with the workflow run that owns it, which may not exist any more. */
export interface OwnedPurchase {
  /** As it was requested. */
  readonly order: PurchaseOrder;
  readonly status: PurchaseStatus;
  readonly ownerWorkflowId: string;
  readonly ownerRunId: string;
  readonly epoch: number;
  /** When its row was changed last, ISO 8601. */
  readonly updatedAt: string;
}

const SELECT = `
select t.id, t.fingerprint, t.user_id, t.event_id, t.items, t.payment_method, t.request_id, t.status,
       coalesce(t.hold_id, (select h.id from ticket_holds h where h.purchase_id = t.id)) as hold_id,
       t.owner_workflow_id, t.owner_run_id, t.epoch, t.updated_at
  from event_ticket_transactions t`;

const IDLE = `${SELECT}
 where t.outcome is null
   and t.updated_at < now() - make_interval(secs => $1)
   and ($2::uuid is null or (t.created_at, t.id) > (select created_at, id from event_ticket_transactions where id = $2))
 order by t.created_at, t.id
 limit $3`;

const BY_IDS = `${SELECT} where t.id = any($1::uuid[])`;

interface Row {
  readonly id: string;
  readonly fingerprint: string;
  readonly user_id: string;
  readonly event_id: string;
  readonly items: QuotedItem[] | null;
  readonly payment_method: string | null;
  readonly request_id: string;
  readonly hold_id: string | null;
  readonly status: PurchaseStatus;
  readonly owner_workflow_id: string;
  readonly owner_run_id: string;
  readonly epoch: number;
  readonly updated_at: Date;
}

/**
 * Open purchases whose row has not changed for `idleMs`, oldest first. `after` is the last one of the previous page.
 */
export async function listOpenPurchases(
  pool: pg.Pool,
  page: {
    readonly idleMs: number;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<OwnedPurchase[]> {
  const { idleMs, after, limit } = page;
  const { rows } = await pool.query<Row>(IDLE, [idleMs / 1000, after, limit]);
  return rows.map(purchaseOf);
}

/** The purchases of these ids that exist, with their owners. */
export async function findOwners(pool: pg.Pool, purchaseIds: readonly string[]): Promise<OwnedPurchase[]> {
  const { rows } = await pool.query<Row>(BY_IDS, [purchaseIds]);
  return rows.map(purchaseOf);
}

function purchaseOf(row: Row): OwnedPurchase {
  return {
    order: {
      purchaseId: row.id,
      fingerprint: row.fingerprint,
      userId: row.user_id,
      eventId: row.event_id,
      items: (row.items ?? []).map(({ ticketType, quantity }) => ({ ticketType, quantity })),
      paymentMethod: row.payment_method,
      requestId: row.request_id,
      ...(row.hold_id !== null && { holdId: row.hold_id }),
    },
    status: row.status,
    ownerWorkflowId: row.owner_workflow_id,
    ownerRunId: row.owner_run_id,
    epoch: row.epoch,
    updatedAt: row.updated_at.toISOString(),
  };
}

const CANCELLATIONS = `
select id from ticket_cancellations
 where settled_at is null and updated_at < now() - make_interval(secs => $1) and ($2::uuid is null or id > $2)
 order by id
 limit $3`;

/** Ids of unsettled cancellations of any event that have not changed for `idleMs`. */
export async function listOpenCancellations(
  pool: pg.Pool,
  page: { readonly idleMs: number; readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(CANCELLATIONS, [page.idleMs / 1000, page.after, page.limit]);
  return rows.map((row) => row.id);
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
  page: { readonly idleMs: number; readonly after: string | null; readonly limit: number },
): Promise<UnfinishedEventCancellation[]> {
  const { rows } = await pool.query<{ event_id: string; requested_by: string; reason: string; request_id: string }>(
    EVENT_CANCELLATIONS,
    [page.idleMs / 1000, page.after, page.limit],
  );
  return rows.map((row) => ({
    eventId: row.event_id,
    requestedBy: row.requested_by,
    reason: row.reason,
    requestId: row.request_id,
  }));
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

/** Which of these events are being cancelled, or are cancelled. */
export async function findCancelledEvents(pool: pg.Pool, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>(
    'select event_id as id from event_cancellations where event_id = any($1::text[])',
    [eventIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Event ids have another form. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const FINISHED = `
select id::text from event_ticket_transactions where id = any($2::uuid[]) and outcome is not null
 union all select id::text from ticket_cancellations where id = any($2::uuid[]) and settled_at is not null
 union all select id::text from ticket_holds where id = any($2::uuid[]) and status <> 'active'
 union all select event_id from event_cancellations where event_id = any($1::text[]) and finished_at is not null`;

/** Which of these ids, of purchases, cancellations, holds or cancelled events, are finished. */
export async function findFinished(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await pool.query<{ id: string }>(FINISHED, [ids, ids.filter((id) => UUID.test(id))]);
  return new Set(rows.map(({ id }) => id));
}
