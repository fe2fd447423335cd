import type { OrderItem, Refusal, SerialRange } from '@box-office/contract';
import { releaseHolds, withUsableInventory } from '@box-office/inventory-sync';
import type { ActivityDeps } from '../../worker/activity-deps.js';

type HoldDeps = Pick<ActivityDeps, 'pool' | 'inventory'>;

/** A purchase that names a hold of its buyer. */
export interface HoldUser {
  readonly purchaseId: string;
  readonly epoch: number;
  readonly userId: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly hold: NamedHold;
}

/** The hold that a purchase names, as its claim decided. */
export interface NamedHold {
  readonly holdId: string;
  /** Its tickets are the purchase's. False if it had lapsed. */
  readonly used: boolean;
}

export type HoldTaken =
  /** The serials of the hold are the purchase's, under this generation. */
  | { readonly kind: 'reserved'; readonly generation: number; readonly items: readonly SerialRange[] }
  /** The hold had lapsed, or Redis has lost it: the purchase takes what is left. */
  | { readonly kind: 'lapsed' | 'lost' }
  /** The event is not on sale any more. The hold keeps its tickets until the purchase is undone. */
  | { readonly kind: 'closed'; readonly refusal: Refusal }
  /** See `Reservation`. */
  | { readonly kind: 'superseded' };

/**
 * Moves the serials of holds to the purchases of one event that use them; the claim has decided whose each hold is. Repeating
 * it gives the same answers.
 *
 * @param o.from the lowest generation to call under
 * @param o.signal once it is aborted, it takes nothing more
 * @returns one answer per purchase, in the order given
 */
export async function takeNamedHolds(
  deps: HoldDeps,
  eventId: string,
  users: readonly HoldUser[],
  { from, signal }: { readonly from: number; readonly signal: AbortSignal },
): Promise<HoldTaken[]> {
  const answers = new Map<HoldUser, HoldTaken>();
  const using = users.filter(({ hold }) => hold.used);
  const { reply, generation } = await withUsableInventory(
    deps,
    eventId,
    (current) => {
      signal.throwIfAborted();
      return deps.inventory.takeOver(
        eventId,
        current,
        using.map(({ hold, purchaseId, epoch, userId }) => ({ holdId: hold.holdId, purchaseId, epoch, userId })),
      );
    },
    from,
  );
  for (const [place, user] of using.entries()) {
    const outcome = reply.outcomes[place];
    if (outcome?.kind === 'reserved') answers.set(user, { kind: 'reserved', generation, items: outcome.items });
    else if (outcome?.kind === 'refused') {
      answers.set(user, { kind: 'closed', refusal: outcome.refusal });
    } else answers.set(user, { kind: outcome?.kind === 'gone' ? 'lost' : 'superseded' });
  }
  // What ended a moment ago may still be held in Redis, until its own workflow gets to it: then there is room for its buyer.
  const lapsed = users.flatMap(({ hold }) => (hold.used ? [] : [hold.holdId]));
  await releaseHolds(deps, eventId, lapsed, generation);
  return users.map((user) => answers.get(user) ?? { kind: 'lapsed' });
}
