import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationRefusal, CancellationRequest, PurchaseRecord } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { operatorRequestId, type Cancellation, type PurchaseRow } from '@box-office/records';
import { mayActFor } from '../context.js';
import type { Caller } from '../context.js';
import type { CancellationReads, EventReads, OperatorRecords } from '../ports.js';
import type { LookUpPurchase } from '../purchasing/purchase-lookup.js';
import type { PurchaseRecords } from '../purchasing/purchase-records.js';
import type { CancellationWorkflows } from './cancellation-workflows.js';

const LOOK_GAP_MIN_MS = 50;
const LOOK_GAP_MAX_MS = 500;

/** A caller's wish to cancel a purchase, or some of its tickets. */
interface CancellationWish {
  readonly purchaseId: string;
  /** Ids without repetition, in any order; null for the whole purchase. */
  readonly tickets: readonly string[] | null;
  readonly reason: string;
  readonly caller: Caller;
  /** Through which an operator asks; absent of a buyer. */
  readonly channel?: 'api' | 'cli';
  readonly requestId: string;
}

/** What can be told to the caller. */
export type CancelReply =
  /** On record; done if its status says so. */
  | { readonly kind: 'cancellation'; readonly cancellation: Cancellation }
  /** Its workflow has it, and it is not on record yet. */
  | { readonly kind: 'requested'; readonly cancellationId: string }
  | { readonly kind: 'refused'; readonly refusal: CancellationRefusal }
  | { readonly kind: 'unavailable' };

/** Cancels, and waits a while for it. Rejects when PostgreSQL is away. */
export type Cancel = (wish: CancellationWish) => Promise<CancelReply>;

/**
 * Refuses at once what can be seen to be refused; the rest is decided by the workflow's claim in PostgreSQL, which looks
 * at the same things under a lock. The same wish is the same cancellation, so a repeat joins it or gets its result.
 */
export function createCancelling(deps: {
  lookUp: LookUpPurchase;
  records: Pick<PurchaseRecords, 'read'>;
  findEvent: EventReads['findEvent'];
  findCancellations: CancellationReads['findCancellations'];
  noteOperatorRequest: OperatorRecords['noteOperatorRequest'];
  workflows: CancellationWorkflows;
  /** Longest that a request waits until its cancellation is done. */
  waitMs: number;
  isLeaving: () => boolean;
}): Cancel {
  const { workflows } = deps;
  const find = async (cancellationId: string): Promise<Cancellation | undefined> =>
    (await deps.findCancellations([cancellationId]))[0];

  return async function cancel(wish) {
    const { purchaseId, caller } = wish;
    const row = await deps.lookUp(purchaseId);
    const record = row === undefined ? (await deps.records.read(purchaseId))?.record : undefined;
    const owner = row ?? record;
    if (owner === undefined || !mayActFor(caller, owner.userId)) return refused({ reason: 'unknown_purchase' });

    const request = requestOf(wish, owner, record);
    const standing = await find(request.cancellationId);
    if (standing?.status === 'cancelled') {
      // Whatever is still to be done for it is taken up again, should nobody be at it.
      if (!standing.settled) await workflows.start(request);
      return { kind: 'cancellation', cancellation: standing };
    }
    if (standing === undefined) {
      const refusal = row === undefined ? seenInRecord(wish, record) : seenInRow(wish, row);
      if (refusal !== null) return refused(refusal);
      const late = await tooLate(request);
      if (late !== null) return refused(late);
    }
    if (wish.channel !== undefined) {
      const id = operatorRequestId.cancel(request.cancellationId);
      await deps.noteOperatorRequest({ id, operator: caller.subject, channel: wish.channel });
    }
    const start = await workflows.start(request);
    if (start.kind === 'unavailable') return { kind: 'unavailable' };
    return waitFor(request.cancellationId);
  };

  async function tooLate(request: CancellationRequest): Promise<CancellationRefusal | null> {
    if (request.byOperator) return null;
    const event = await deps.findEvent(request.eventId);
    const until = event === null ? null : (event.cancellableUntil ?? event.startsAt);
    if (until === null || Date.parse(request.requestedAt) < Date.parse(until)) return null;
    return { reason: 'too_late', until };
  }

  /** PostgreSQL knows as soon as the money is back; only a refusal leaves no trace there. */
  async function waitFor(cancellationId: string): Promise<CancelReply> {
    const untilMs = Date.now() + deps.waitMs;
    let refusal: CancellationRefusal | undefined;
    void workflows.result(cancellationId, Math.max(deps.waitMs, 1)).then((result) => {
      if (result?.kind === 'refused') refusal = result;
    });
    for (let gapMs = LOOK_GAP_MIN_MS; ; gapMs = Math.min(gapMs * 1.5, LOOK_GAP_MAX_MS)) {
      const cancellation = await find(cancellationId);
      if (cancellation?.status === 'cancelled') return { kind: 'cancellation', cancellation };
      if (refusal !== undefined) return refused(refusal);
      if (Date.now() >= untilMs || deps.isLeaving()) {
        return cancellation ? { kind: 'cancellation', cancellation } : { kind: 'requested', cancellationId };
      }
      await sleep(gapMs);
    }
  }
}

const refused = (refusal: CancellationRefusal): CancelReply => ({ kind: 'refused', refusal });

function requestOf(
  { purchaseId, tickets, reason, caller, requestId }: CancellationWish,
  { userId, eventId }: { readonly userId: string; readonly eventId: string },
  record: PurchaseRecord | undefined,
): CancellationRequest {
  const sorted = tickets && [...new Set(tickets)].sort();
  return {
    cancellationId: cancellationIdOf(purchaseId, sorted),
    ...{ purchaseId, eventId, userId, reason, requestId },
    tickets: sorted,
    requestedBy: caller.subject,
    byOperator: caller.role === 'operator',
    requestedAt: new Date().toISOString(),
    ...(record !== undefined && record.state !== 'done' && { unclaimedFingerprint: record.fingerprint }),
  };
}

/** Why a purchase as its row stands cannot be cancelled so; null if it can be, as far as can be seen. */
function seenInRow({ tickets }: CancellationWish, row: PurchaseRow): CancellationRefusal | null {
  if (row.outcome === null) return tickets === null ? null : { reason: 'purchase_open' };
  if (row.outcome.kind !== 'confirmed') return { reason: 'nothing_to_cancel' };
  const bought = new Set(row.outcome.tickets.map(({ ticketId }) => ticketId));
  const unknown = (tickets ?? []).filter((id) => !bought.has(id));
  if (unknown.length > 0) return { reason: 'unknown_tickets', tickets: unknown };
  const left = row.tickets.some(({ ticketId }) => tickets === null || tickets.includes(ticketId));
  return left ? null : { reason: 'nothing_to_cancel' };
}

/** The same for one that no workflow has claimed yet. */
function seenInRecord({ tickets }: CancellationWish, record: PurchaseRecord | undefined): CancellationRefusal | null {
  if (record?.state === 'done' && record.outcome.kind !== 'confirmed') return { reason: 'nothing_to_cancel' };
  return tickets === null ? null : { reason: 'purchase_open' };
}
