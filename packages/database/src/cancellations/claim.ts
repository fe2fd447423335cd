import {
  cancellationWorkflowId,
  contradictsReturn,
  type CancellationRefusal,
  type CancellationRequest,
  type PurchaseOutcome,
} from '@box-office/contract';
import { transactionIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import type { OutcomeOfRequest } from '../purchases/finalise.js';
import { findCancellations, type Cancellation } from './find.js';
import { readRefund, takeRefund, type Refund } from './refund.js';

/** Result of a claim. */
export type CancellationClaim =
  /** It has its tickets, now or since an earlier attempt; none if its purchase was undone before it had any. */
  | {
      readonly kind: 'claimed';
      readonly cancellation: Cancellation;
      /** Present if this call recorded the purchase as undone, before any workflow had claimed it. */
      readonly undone?: OutcomeOfRequest;
    }
  /** The purchase is open. It was asked to stop, and will never be confirmed. Claim again when it has its outcome. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'refused'; readonly refusal: CancellationRefusal };

const UNDONE: PurchaseOutcome = { kind: 'undone', reason: 'cancelled' };

const LOCK_PURCHASE = `
select event_id, currency, outcome ->> 'kind' as outcome
  from event_ticket_transactions where id = $1 for update`;

// A later claim of the purchase finds this outcome and ends.
const FINISH_UNCLAIMED = `
insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
                                       payment_method, request_id, status, outcome, cancel_requested_at,
                                       owner_workflow_id, owner_run_id)
values ($1, $2, $3, $4, $5, '[]', 0, coalesce((select currency from events where id = $5), ''),
        '', $6, 'undone', $7, now(), $8, '')
on conflict do nothing`;

const READ_EXISTING = `select status, returned_by as "returnedBy" from ticket_cancellations where id = $1`;

const READ_LIMIT = `
select coalesce(cancellable_until, starts_at) as until from events
 where id = $1 and coalesce(cancellable_until, starts_at) <= $2`;

const ASK_TO_STOP = `
update event_ticket_transactions set cancel_requested_at = now() where id = $1 and cancel_requested_at is null`;

const UNKNOWN_TICKETS = `
select w.id from unnest($2::uuid[]) as w(id)
 where not exists (
   select from event_tickets k where k.id = w.id and k.purchase_id = $1 and k.status in ('valid', 'cancelled'))`;

const PUT = `
insert into ticket_cancellations as c (id, purchase_id, event_id, wanted_tickets, requested_by, by_operator, reason,
                                       request_id, requested_at, currency, returned_by, status, amount_minor,
                                       cancelled_at, settled_at)
select x.*, case when x.status = 'cancelled' then now() end, case when x.status = 'cancelled' then now() end
  from (select $1::uuid, $2::uuid, $3::text, $4::uuid[], $5::text, $6::boolean, $7::text, $8::text, $9::timestamptz,
               $10::text, $11::text, $12::text as status, $13::bigint) x
on conflict (id) do update
   set status = excluded.status, amount_minor = excluded.amount_minor,
       cancelled_at = excluded.cancelled_at, settled_at = excluded.settled_at`;

// Raises its version, for the read models: its tickets are being cancelled.
const TOUCH_PURCHASE = `update event_ticket_transactions set status = status where id = $1`;

/**
 * Claims tickets for a cancellation, or asks an open purchase to stop, or refuses. Idempotent: a cancellation keeps
 * what it has claimed, and no other cancellation can claim it.
 *
 * Every decision is made under a lock on the row of the purchase, which persisting and finalising take too: a purchase
 * is either confirmed before it is asked to stop, or never.
 */
export function claimCancellation(pool: pg.Pool, request: CancellationRequest): Promise<CancellationClaim> {
  const { cancellationId, purchaseId } = request;
  return inTransaction(pool, async (client): Promise<CancellationClaim> => {
    const { purchase, undone } = await lockPurchase(client, request);
    if (!purchase) return refused({ reason: 'unknown_purchase' });

    const { rows } = await client.query<{ status: string; returnedBy: string | null }>(READ_EXISTING, [cancellationId]);
    const [existing] = rows;
    if (existing && contradictsReturn(request, existing)) return refused({ reason: 'already_refunding' });
    const before = existing?.status;
    if (before !== undefined && before !== 'waiting') return claimed(client, cancellationId);
    if (before === undefined && !request.byOperator) {
      const over = await client.query<{ until: Date }>(READ_LIMIT, [purchase.event_id, request.requestedAt]);
      if (over.rows[0]) return refused({ reason: 'too_late', until: over.rows[0].until.toISOString() });
    }

    const put = (status: string, amountMinor: string): Promise<unknown> =>
      client.query(PUT, [...columnsOf(request, purchase), status, amountMinor]);

    if (purchase.outcome === null) {
      if (request.tickets) return refused({ reason: 'purchase_open' });
      await client.query(ASK_TO_STOP, [purchaseId]);
      if (before === undefined) await put('waiting', '0');
      return { kind: 'waiting' };
    }
    if (purchase.outcome !== 'confirmed') {
      if (before === undefined && !undone) return refused({ reason: 'nothing_to_cancel' });
      await put('cancelled', '0');
      return { ...(await claimed(client, cancellationId)), ...(undone && { undone }) };
    }

    if (request.tickets) {
      const unknown = await client.query<{ id: string }>(UNKNOWN_TICKETS, [purchaseId, request.tickets]);
      if (unknown.rows.length > 0) {
        return refused({ reason: 'unknown_tickets', tickets: unknown.rows.map((row) => row.id) });
      }
    }
    const refund = await readRefund(client, request, { lock: true });
    const refusal = whyNotCancellable(request, refund);
    if (refusal !== null) return refused(refusal);
    await put('refunding', String(refund.amountMinor));
    await takeRefund(client, request, refund);
    await client.query(TOUCH_PURCHASE, [purchaseId]);
    return claimed(client, cancellationId);
  });
}

/**
 * A buyer cannot cancel what was used at the door, or what somebody else has taken over. And only the amount that the
 * caller was shown is refunded.
 */
export function whyNotCancellable(
  { byOperator, expectedRefundMinor }: Pick<CancellationRequest, 'byOperator' | 'expectedRefundMinor'>,
  { tickets, amountMinor, currency }: Refund,
): CancellationRefusal | null {
  if (tickets.length === 0) return { reason: 'nothing_to_cancel' };
  for (const reason of byOperator ? [] : (['admitted', 'transferred'] as const)) {
    const ids = tickets.filter((ticket) => ticket[reason]).map(({ id }) => id);
    if (ids.length > 0) return { reason, tickets: ids };
  }
  const isExpected = expectedRefundMinor === undefined || expectedRefundMinor === amountMinor;
  return isExpected ? null : { reason: 'refund_changed', amountMinor, currency };
}

interface LockedPurchase {
  readonly event_id: string;
  readonly currency: string;
  /** Kind of its outcome; null while it is open. */
  readonly outcome: PurchaseOutcome['kind'] | null;
}

/**
 * Locks the row of the purchase. If there is none and the gateway knows the purchase, inserts one with the outcome
 * undone.
 */
async function lockPurchase(
  client: pg.ClientBase,
  request: CancellationRequest,
): Promise<{ readonly purchase?: LockedPurchase; readonly undone?: OutcomeOfRequest }> {
  const { purchaseId, unclaimedFingerprint: fingerprint } = request;
  const lock = async (): Promise<LockedPurchase | undefined> =>
    (await client.query<LockedPurchase>(LOCK_PURCHASE, [purchaseId])).rows[0];

  const found = await lock();
  if (found) return { purchase: found };
  if (fingerprint === undefined || request.tickets) return {};
  const { rowCount } = await client.query(FINISH_UNCLAIMED, [
    purchaseId,
    transactionIdOf(purchaseId),
    fingerprint,
    request.userId,
    request.eventId,
    request.requestId,
    JSON.stringify(UNDONE),
    cancellationWorkflowId(request.cancellationId),
  ]);
  const purchase = await lock();
  if (!purchase) throw new Error(`purchase ${purchaseId} has no row after it was recorded as undone`);
  return rowCount === 1 ? { purchase, undone: { purchaseId, fingerprint, outcome: UNDONE } } : { purchase };
}

async function claimed(
  client: pg.ClientBase,
  cancellationId: string,
): Promise<Extract<CancellationClaim, { kind: 'claimed' }>> {
  const [cancellation] = await findCancellations(client, [cancellationId]);
  if (!cancellation) throw new Error(`cancellation ${cancellationId} has no row after its claim`);
  return { kind: 'claimed', cancellation };
}

const refused = (refusal: CancellationRefusal): CancellationClaim => ({ kind: 'refused', refusal });

function columnsOf(request: CancellationRequest, purchase: LockedPurchase): readonly unknown[] {
  return [
    request.cancellationId,
    request.purchaseId,
    purchase.event_id,
    request.tickets,
    request.requestedBy,
    request.byOperator,
    request.reason,
    request.requestId,
    request.requestedAt,
    purchase.currency,
    request.returnedBy ?? null,
  ];
}
