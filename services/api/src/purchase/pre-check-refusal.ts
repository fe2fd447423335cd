import type { RefusedOutcome } from '../idempotency/start-decision.js';
import type { LookUpPurchase } from './purchase-lookup.js';
import type { PurchaseRequest } from './purchase-request.js';
import type { InventoryCounts } from '../availability/inventory-counts.js';
import { preCheck } from '../availability/pre-check.js';

/** The refusal of a request that cannot succeed at this moment; null for a request that is to be admitted. */
export type PreCheckRefusal = (request: PurchaseRequest) => Promise<RefusedOutcome | null> | null;

/**
 * Refuses requests for a sold-out event before they are admitted: each admission would cost writes in Redis only to end in
 * a refusal. A request that would have been refused when this gateway counted last is checked again here.
 *
 * The last count decides nothing. The event is counted again after the request came, so the first request after tickets
 * came back gets them; and PostgreSQL is asked whether this purchase exists, because Redis forgets keys after a day.
 */
export function createPreCheckRefusal(deps: { lookUp: LookUpPurchase; counts: InventoryCounts }): PreCheckRefusal {
  async function check(request: PurchaseRequest): Promise<RefusedOutcome | null> {
    const [row, counted] = await Promise.all([deps.lookUp(request.purchaseId), deps.counts.count(request.eventId)]);
    if (row !== undefined || counted.kind !== 'counted') return null;
    const now = preCheck(counted.event, request, Date.now());
    return now.kind === 'refused' ? { kind: 'refused', ...now.refusal } : null;
  }

  return (request) => {
    // Whether a hold keeps tickets for this purchase is decided by its claim alone.
    if (request.hold !== undefined) return null;
    const last = deps.counts.lastCounted(request.eventId);
    if (last === undefined || preCheck(last, request, Date.now()).kind !== 'refused') return null;
    return check(request);
  };
}
