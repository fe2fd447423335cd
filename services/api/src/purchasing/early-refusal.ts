import type { PurchaseOutcome } from '@box-office/contract';
import type { InventoryCare } from '../ports.js';
import type { LookUpPurchase } from './purchase-lookup.js';
import type { PurchaseRequest } from './purchase-request.js';
import { lookAtEvent } from './short-path.js';

type Refused = Extract<PurchaseOutcome, { kind: 'refused' }>;

/** The refusal of a request that cannot succeed at this moment, or null: then it takes the way of all requests. */
export type EarlyRefusal = (request: PurchaseRequest) => Promise<Refused | null> | null;

/**
 * A crowd before a sold-out event is not admitted one by one only to be refused: who would have been refused when this
 * gateway counted last is looked at before it is admitted.
 *
 * The guess decides nothing. The event is counted again after the request came, so the first who asks after tickets came
 * back gets them; and PostgreSQL is asked whether this very purchase exists, because Redis forgets keys after a day.
 */
export function createEarlyRefusal(deps: {
  lookUp: LookUpPurchase;
  inventory: Pick<InventoryCare, 'look' | 'lastCounted'>;
}): EarlyRefusal {
  async function look(request: PurchaseRequest): Promise<Refused | null> {
    const [row, counted] = await Promise.all([deps.lookUp(request.purchaseId), deps.inventory.look(request.eventId)]);
    if (row !== undefined || counted.kind !== 'counted') return null;
    const now = lookAtEvent(counted.event, request.items, Date.now());
    return now.kind === 'refused' ? { kind: 'refused', ...now.refusal } : null;
  }

  return (request) => {
    // What a hold keeps is not among what the event has left.
    if (request.hold !== undefined) return null;
    const last = deps.inventory.lastCounted(request.eventId);
    if (last === undefined || lookAtEvent(last, request.items, Date.now()).kind !== 'refused') return null;
    return look(request);
  };
}
