import {
  finalisePurchases,
  persistTickets,
  type Finalised,
  type PersistOutcome,
  type PurchaseAtEpoch,
  type TicketsToPersist,
} from '@box-office/records';
import type { ActivityDeps } from './deps.js';

/** The record in PostgreSQL of a purchase that goes forward. */
export function createRecording({ pool, announce }: ActivityDeps) {
  return {
    /** Writes the tickets as pending. One outcome per purchase, in their order. */
    persist: (purchases: readonly TicketsToPersist[]): Promise<PersistOutcome[]> => persistTickets(pool, purchases),

    /** Makes captured purchases confirmed and tells the gateways at once. One result per purchase, in their order. */
    async finalise(purchases: readonly PurchaseAtEpoch[]): Promise<Finalised[]> {
      const results = await finalisePurchases(pool, purchases);
      announce(
        results.flatMap((result) =>
          result.kind === 'confirmed'
            ? [{ purchaseId: result.purchaseId, fingerprint: result.fingerprint, outcome: result.outcome }]
            : [],
        ),
      );
      return results;
    },
  };
}
