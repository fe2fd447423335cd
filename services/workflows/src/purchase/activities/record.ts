import {
  correctPayment,
  finalisePurchases,
  persistTickets,
  recordResolution,
  type ClaimedPurchase,
  type Finalised,
  type Resolution,
  type PaymentCorrection,
  type PersistOutcome,
  type PurchaseAtEpoch,
  type TicketsToPersist,
} from '@box-office/database';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import { noteStatus, type OpenTransaction } from './read-models.js';
import type { StepWait } from './step-wait.js';

/** A purchase's transaction as its claim found it. */
export interface ClaimedTransaction extends OpenTransaction {
  readonly claimedAs: ClaimedPurchase['status'];
}

/** The record in PostgreSQL of a purchase that goes forward. */
export function createRecordActivities(deps: ActivityDeps) {
  const { pool, notify } = deps;
  return {
    /** Raises the payment attempt and names the method of the new one. */
    correctPayment: (
      purchase: PurchaseAtEpoch & { readonly attempt: number; readonly method: string },
    ): Promise<PaymentCorrection> => correctPayment(pool, purchase),

    /** Keeps an operator's decision in the audit log. */
    recordResolution: (resolution: Resolution): Promise<void> => recordResolution(pool, resolution),

    /** Writes the tickets as pending. One outcome per purchase, in their order. */
    async persist(
      purchases: readonly (TicketsToPersist & ClaimedTransaction)[],
      wait?: StepWait,
    ): Promise<(PersistOutcome | undefined)[]> {
      const outcomes = await persistTickets(pool, purchases, { waits: wait !== 'fast_path' });
      noteStatus(deps, 'persisted', purchases.filter((_, index) => outcomes[index] === 'persisted').map(asPersisted));
      return outcomes;
    },

    /** Confirms captured purchases and notifies the gateways. One result per purchase, in their order. */
    async finalise(purchases: readonly PurchaseAtEpoch[], wait?: StepWait): Promise<(Finalised | undefined)[]> {
      const results = await finalisePurchases(pool, purchases, { waits: wait !== 'fast_path' });
      notify(
        results.flatMap((result) =>
          result?.kind === 'confirmed'
            ? [{ purchaseId: result.purchaseId, fingerprint: result.fingerprint, outcome: result.outcome }]
            : [],
        ),
      );
      return results;
    },
  };
}

/**
 * Persisting moves the row on by one, unless an earlier run had persisted it before this one claimed it. A read model of a
 * version too high would keep the confirmation out, which is then no newer.
 */
function asPersisted(purchase: ClaimedTransaction): OpenTransaction {
  return purchase.claimedAs === 'claimed' ? { ...purchase, version: purchase.version + 1 } : purchase;
}
