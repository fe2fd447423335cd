import { setTimeout as sleep } from 'node:timers/promises';
import {
  contradictsReturn,
  type CancellationRefusal,
  type CancellationRequest,
  type IdempotencyRecord,
  type PurchaseOutcome,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { operatorRequestId, type Cancellation } from '@box-office/database';
import { mayActFor, type Caller } from '../http/context.js';
import type { Database } from '../database.js';
import type { LookUpPurchase } from '../purchase/purchase-lookup.js';
import type { IdempotencyStore, StoredRecord } from '../idempotency/idempotency-store.js';
import { refusalFromRecord, refusalFromRow, tooLate } from './cancellation-refusal.js';
import type { CancellationWorkflows } from './cancellation-workflows.js';

const CHECK_GAP_MIN_MS = 50;
const CHECK_GAP_MAX_MS = 500;
/** Times that a cancellation looks again at a purchase that is being decided. */
const MAX_ROUNDS = 5;

/** A caller's request to cancel a purchase, or some of its tickets. */
interface CancellationSelection {
  readonly purchaseId: string;
  /** Ids in ascending order, without repetition; null for the whole purchase. */
  readonly tickets: readonly string[] | null;
  readonly reason: string;
  readonly caller: Caller;
  /** The channel of an operator; absent for a buyer. */
  readonly channel?: 'api' | 'cli';
  readonly requestId: string;
  /** The provider's refund or dispute by which the money went back already; an operator says so. */
  readonly returnedBy?: string;
  /** What the caller was shown as the refund. */
  readonly expectedRefundMinor?: number;
}

/** What the caller is told. */
export type CancelReply =
  /** In PostgreSQL; done if its status says so. */
  | { readonly kind: 'cancellation'; readonly cancellation: Cancellation }
  /** Its workflow was started; PostgreSQL does not have it yet. */
  | { readonly kind: 'requested'; readonly cancellationId: string }
  | { readonly kind: 'refused'; readonly refusal: CancellationRefusal }
  | { readonly kind: 'unavailable' };

/** Cancels, and waits some seconds for the result. Rejects when PostgreSQL is unavailable. */
export type Cancel = (selection: CancellationSelection) => Promise<CancelReply>;

/**
 * Refuses at once what is certain to be refused; the rest is decided by the workflow's claim in PostgreSQL, which makes the
 * same checks under a lock. The same selection is the same cancellation, so a repeat joins it or gets its result.
 */
export function createCancel(deps: {
  lookUp: LookUpPurchase;
  purchaseIdempotency: Pick<IdempotencyStore<PurchaseOutcome>, 'read' | 'replace'>;
  findEvent: Database['findEvent'];
  findCancellations: Database['findCancellations'];
  noteOperatorRequest: Database['noteOperatorRequest'];
  workflows: CancellationWorkflows;
  /** Longest time that a request waits for its cancellation. */
  waitMs: number;
  isShuttingDown: () => boolean;
}): Cancel {
  const { workflows } = deps;
  const find = async (cancellationId: string): Promise<Cancellation | undefined> =>
    (await deps.findCancellations([cancellationId]))[0];

  return (selection) => cancel(selection, MAX_ROUNDS);

  async function cancel(selection: CancellationSelection, rounds: number): Promise<CancelReply> {
    const { purchaseId, caller } = selection;
    const row = await deps.lookUp(purchaseId);
    const stored = row === undefined ? await deps.purchaseIdempotency.read(purchaseId) : null;
    const record = stored?.record;
    const owner = row ?? record;
    if (owner === undefined || !mayActFor(caller, owner.userId)) return refused({ reason: 'unknown_purchase' });

    const request = requestOf(selection, owner, record);
    const isRepeat = row?.cancellations.some(({ cancellationId }) => cancellationId === request.cancellationId);
    const existing = isRepeat ? await find(request.cancellationId) : undefined;
    if (existing !== undefined && contradictsReturn(selection, existing))
      return refused({ reason: 'already_refunding' });
    if (existing?.status === 'cancelled') {
      // Continues what is left to do, if no workflow does.
      if (!existing.settled) await workflows.start(request);
      return { kind: 'cancellation', cancellation: existing };
    }
    if (existing === undefined) {
      const refusal = row === undefined ? refusalFromRecord(selection, record) : refusalFromRow(selection, row);
      if (refusal !== null) return refused(refusal);
      const late = await tooLate(deps.findEvent, request);
      if (late !== null) return refused(late);
    }
    if (stored?.record.state === 'admitted' && !(await endAdmission(purchaseId, stored))) {
      return rounds > 1 ? cancel(selection, rounds - 1) : { kind: 'unavailable' };
    }
    if (selection.channel !== undefined) {
      const id = operatorRequestId.cancel(request.cancellationId);
      await deps.noteOperatorRequest({ id, operator: caller.subject, channel: selection.channel });
    }
    const start = await workflows.start(request);
    if (start.kind === 'unavailable') return { kind: 'unavailable' };
    const reply = await waitFor(request.cancellationId);
    return (await hasJoinedRefund(selection, reply)) ? refused({ reason: 'already_refunding' }) : reply;
  }

  /** Whether the request joined one that refunds, which began after PostgreSQL was asked, or which it does not have yet. */
  async function hasJoinedRefund(selection: CancellationSelection, reply: CancelReply): Promise<boolean> {
    if (reply.kind === 'cancellation') return contradictsReturn(selection, reply.cancellation);
    if (reply.kind !== 'requested' || selection.returnedBy === undefined) return false;
    const joined = await workflows.find(reply.cancellationId);
    return joined !== null && contradictsReturn(selection, joined);
  }

  /** From here on the gateway cannot refuse the purchase by itself; PostgreSQL decides. False if it has been decided. */
  function endAdmission(purchaseId: string, { raw, record }: StoredRecord<PurchaseOutcome>): Promise<boolean> {
    const { fingerprint, userId, eventId } = record;
    const sent = { fingerprint, userId, eventId, state: 'sent', sentMs: Date.now() } as const;
    return deps.purchaseIdempotency.replace(purchaseId, raw, sent);
  }

  /** PostgreSQL knows as soon as the money is back; only a refusal is not recorded there. */
  async function waitFor(cancellationId: string): Promise<CancelReply> {
    const untilMs = Date.now() + deps.waitMs;
    let refusal: CancellationRefusal | undefined;
    void workflows.result(cancellationId, Math.max(deps.waitMs, 1)).then((result) => {
      if (result?.kind === 'refused') refusal = result;
    });
    for (let gapMs = CHECK_GAP_MIN_MS; ; gapMs = Math.min(gapMs * 1.5, CHECK_GAP_MAX_MS)) {
      const cancellation = await find(cancellationId);
      if (cancellation?.status === 'cancelled') return { kind: 'cancellation', cancellation };
      if (refusal !== undefined) return refused(refusal);
      if (Date.now() >= untilMs || deps.isShuttingDown()) {
        return cancellation ? { kind: 'cancellation', cancellation } : { kind: 'requested', cancellationId };
      }
      await sleep(gapMs);
    }
  }
}

const refused = (refusal: CancellationRefusal): CancelReply => ({ kind: 'refused', refusal });

function requestOf(
  { purchaseId, tickets, reason, caller, requestId, returnedBy, expectedRefundMinor }: CancellationSelection,
  { userId, eventId }: { readonly userId: string; readonly eventId: string },
  record: IdempotencyRecord<PurchaseOutcome> | undefined,
): CancellationRequest {
  return {
    cancellationId: cancellationIdOf(purchaseId, tickets),
    purchaseId,
    eventId,
    userId,
    reason,
    requestId,
    tickets,
    requestedBy: caller.subject,
    byOperator: caller.role === 'operator',
    requestedAt: new Date().toISOString(),
    ...(returnedBy !== undefined && { returnedBy }),
    ...(expectedRefundMinor !== undefined && { expectedRefundMinor }),
    ...(record !== undefined && record.state !== 'done' && { unclaimedFingerprint: record.fingerprint }),
  };
}
