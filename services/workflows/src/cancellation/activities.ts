import { setTimeout as sleep } from 'node:timers/promises';
import { inWords, serialsOf, type CancellationRequest } from '@box-office/contract';
import { paymentKey, PaymentRequestError } from '@box-office/payments';
import {
  claimCancellation,
  completeCancellation,
  findCancellations,
  findPurchases,
  findWorkflows,
  messagesOfCancellation,
  settleCancellations,
  type Cancellation,
  type CancellationClaim,
  type RefundedCancellation,
} from '@box-office/database';
import { refreshReadModels, withUsableInventory } from '@box-office/inventory-sync';
import { cancellationSignal } from '@temporalio/activity';
import { byEvent } from '../worker/by-event.js';
import type { ActivityDeps } from '../worker/activity-deps.js';
import { refreshInBackground } from '../purchase/activities/read-models.js';
import { findReturnedMoney } from './returned-money.js';

/** How often a purchase in progress is read, and for how long in one attempt. */
const CHECK_INTERVAL_MS = 150;
const CHECK_FOR_MS = 20_000;

/** What the provider is asked to pay back. Amount in minor units. */
export interface RefundRequest {
  readonly cancellationId: string;
  readonly purchaseId: string;
  readonly paymentAttempt: number;
  readonly authorisationId: string | null;
  readonly amountMinor: number;
  /** The refund or dispute by which the money went back outside of Box Office. Earlier releases leave it out. */
  readonly returnedBy?: string | null;
}

/**
 * `unknown`: the provider has not answered, or its answer does not say what happened; the same refund may be requested
 * again. `refused`: it has, and a retry will not help: an operator decides.
 */
export type RefundAnswer =
  | ({ readonly kind: 'refunded' } & RefundedCancellation)
  | { readonly kind: 'unknown' | 'refused'; readonly purchaseId: string; readonly cause: string };

/** The steps of cancellations whose decision is PostgreSQL's: each is idempotent and may be repeated at any time. */
export function createCancellationActivities(deps: ActivityDeps) {
  const { pool, inventory, payments, publisher, notify } = deps;

  async function ask(request: RefundRequest): Promise<RefundAnswer> {
    const { cancellationId, purchaseId, paymentAttempt, authorisationId, amountMinor, returnedBy } = request;
    if (amountMinor === 0) return { kind: 'refunded', cancellationId, refundId: null };
    if (typeof returnedBy === 'string') return { kind: 'refunded', cancellationId, refundId: returnedBy };
    if (authorisationId === null) return { kind: 'refused', purchaseId, cause: 'there is no payment to refund' };
    const key = paymentKey(purchaseId, paymentAttempt, 'refund', cancellationId);
    const payment = { key, authorisationId, amountMinor };
    try {
      const answer = await refundOnce(payment);
      if (answer.kind === 'refunded') return { kind: 'refunded', cancellationId, refundId: answer.refundId };
      const returned = await findReturnedMoney(payments, payment, cancellationSignal());
      if (returned.kind === 'all') {
        return { kind: 'refunded', cancellationId, refundId: returned.by, returnedBy: returned.by };
      }
      const cause = returned.why === null ? answer.cause : `${answer.cause}; ${returned.why}`;
      return { kind: 'refused', purchaseId, cause };
    } catch (error) {
      const kind = error instanceof PaymentRequestError ? 'refused' : 'unknown';
      return { kind, purchaseId, cause: error instanceof Error ? error.message : String(error) };
    }
  }

  /** @throws Error if the provider does not answer, or its answer does not say what happened */
  async function refundOnce(payment: Parameters<typeof payments.refund>[0]) {
    try {
      const answer = await payments.refund(payment, cancellationSignal());
      if (answer.kind === 'refunded') return answer;
      return { kind: 'refused' as const, cause: `the provider refuses it: ${inWords(answer.reason)}` };
    } catch (error) {
      if (!(error instanceof PaymentRequestError)) throw error;
      return { kind: 'refused' as const, cause: error.message };
    }
  }

  /** Cancelled tickets of these, as far as they have any. */
  async function withTickets(cancellationIds: readonly string[]): Promise<Cancellation[]> {
    const found = await findCancellations(pool, cancellationIds);
    return found.filter(({ status, tickets }) => status === 'cancelled' && tickets.length > 0);
  }

  async function notifyPurchaseOf(request: CancellationRequest): Promise<void> {
    const { purchaseId, cancellationId, requestedBy, byOperator } = request;
    const [owner] = (await findWorkflows(pool, purchaseId)) ?? [];
    if (owner !== undefined) deps.notifyPurchase(owner, { purchaseId, cancellationId, requestedBy, byOperator });
  }

  return {
    /** Gives each cancellation its tickets, or asks its purchase to stop, or refuses. One claim each, in their order. */
    async claimCancellations(requests: readonly CancellationRequest[]): Promise<CancellationClaim[]> {
      const claims: CancellationClaim[] = [];
      for (const request of requests) claims.push(await claimCancellation(pool, request));
      for (const [place, request] of requests.entries()) {
        if (claims[place]?.kind === 'waiting') await notifyPurchaseOf(request);
      }
      const undone = claims.flatMap((claim) => (claim.kind === 'claimed' && claim.undone ? [claim.undone] : []));
      if (undone.length > 0) {
        notify(undone);
        const purchaseIds = undone.map(({ purchaseId }) => purchaseId);
        await refreshReadModels(deps, await findPurchases(pool, purchaseIds));
      }
      // The read model may lag behind by a step; the buyer's money must not wait for Redis.
      const refunding = claims.flatMap((claim) =>
        claim.kind === 'claimed' && claim.cancellation.status === 'refunding' ? [claim.cancellation.purchaseId] : [],
      );
      if (refunding.length > 0) refreshInBackground(deps, refunding);
      return claims;
    },

    /** Resolves when the purchase has its outcome. @throws Error after CHECK_FOR_MS, to be retried */
    async awaitOutcome(purchaseId: string): Promise<void> {
      const signal = cancellationSignal();
      const deadline = Date.now() + CHECK_FOR_MS;
      do {
        const [purchase] = await findPurchases(pool, [purchaseId]);
        if (purchase?.outcome) return;
        await sleep(CHECK_INTERVAL_MS, undefined, { signal });
      } while (Date.now() < deadline);
      throw new Error('the purchase is still in progress');
    },

    /** Pays the money back. @throws Error if the provider refuses it or does not answer, to be tried again */
    async refund(request: RefundRequest): Promise<RefundedCancellation> {
      const answer = await ask(request);
      if (answer.kind !== 'refunded')
        throw new Error(`purchase ${request.purchaseId} is not refunded: ${answer.cause}`);
      const { kind: _kind, ...refunded } = answer;
      return refunded;
    },

    /** Pays many back at once. One answer each, in their order; one that fails does not keep the others. */
    refundAll: (requests: readonly RefundRequest[]): Promise<RefundAnswer[]> => Promise.all(requests.map(ask)),

    /** The tickets of refunded cancellations become cancelled in PostgreSQL. */
    async completeCancellations(refunded: readonly RefundedCancellation[]): Promise<void> {
      for (const one of refunded) await completeCancellation(pool, one);
    },

    /**
     * Returns the serials to Redis and updates the read models. Only after the tickets are cancelled in PostgreSQL,
     * so that a serial is free there before the next buyer gets it here.
     */
    async returnTickets(cancellationIds: readonly string[]): Promise<void> {
      const cancellations = await withTickets(cancellationIds);
      await byEvent(cancellations, async (eventId, ofEvent) => {
        const returned = ofEvent.map(({ purchaseId, tickets }) => ({ purchaseId, items: serialsOf(tickets) }));
        await withUsableInventory(deps, eventId, (generation) => inventory.giveBack(eventId, generation, returned));
        return ofEvent;
      });
      const purchaseIds = [...new Set(cancellations.map(({ purchaseId }) => purchaseId))];
      await refreshReadModels(deps, await findPurchases(pool, purchaseIds));
    },

    /** Publishes the two messages of each cancellation; the cancellations are settled once the broker has confirmed all. */
    async publishCancellations(cancellationIds: readonly string[]): Promise<void> {
      const cancellations = await withTickets(cancellationIds);
      await publisher.publish(cancellations.flatMap(messagesOfCancellation));
      await settleCancellations(pool, cancellationIds);
    },
  };
}
