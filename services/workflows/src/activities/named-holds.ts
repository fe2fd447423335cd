import { HOLD_EPOCH, type OrderItem, type SerialRange } from '@box-office/contract';
import { useHolds } from '@box-office/records';
import { withUsableInventory } from '@box-office/restoration';
import type { ActivityDeps } from './deps.js';

export type HoldDeps = Pick<ActivityDeps, 'pool' | 'inventory' | 'tellHold'>;

/** A purchase that names a hold of its buyer. */
export interface HoldUser {
  readonly purchaseId: string;
  readonly epoch: number;
  readonly userId: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly holdId: string;
}

export type HoldTaken =
  /** The serials of the hold are the purchase's, under this generation. */
  | { readonly kind: 'reserved'; readonly generation: number; readonly items: readonly SerialRange[] }
  /** The hold is over, or was none of this purchase: it buys like everybody else. */
  | { readonly kind: 'lapsed' }
  /** The event is not on sale any more; the hold's capacity went back. */
  | { readonly kind: 'closed' }
  /** Released before, or owned by a later run: this run must not go on with it. */
  | { readonly kind: 'superseded' };

/**
 * Takes the holds that purchases of one event name: PostgreSQL decides whose each is, then Redis moves the serials.
 * Repeating it gives the same answers.
 *
 * @returns one answer per purchase, in the order given
 */
export async function takeNamedHolds(
  deps: HoldDeps,
  eventId: string,
  users: readonly HoldUser[],
  from: number,
): Promise<HoldTaken[]> {
  const uses = await useHolds(deps.pool, users);
  const answers = new Map<HoldUser, HoldTaken>();
  const used = users.filter((_, place) => uses[place] === 'used');
  const { reply, generation } = await withUsableInventory(
    deps,
    eventId,
    (current) => deps.inventory.takeOver(eventId, current, used),
    from,
  );
  for (const [place, user] of used.entries()) {
    const outcome = reply.outcomes[place];
    if (outcome?.kind === 'reserved') {
      answers.set(user, { kind: 'reserved', generation, items: outcome.items });
      deps.tellHold(user.holdId, user.purchaseId);
    } else if (outcome?.kind === 'refused') answers.set(user, { kind: 'closed' });
    else if (outcome?.kind !== 'gone') answers.set(user, { kind: 'superseded' });
  }
  // What ended a moment ago may still be held in Redis, until its own workflow gets to it: then there is room for its
  // buyer. What cannot be taken over any more must not stay held at all.
  const over = users.filter((user, place) => uses[place] === 'ended' || answers.get(user)?.kind === 'closed');
  const releases = over.map(({ holdId }) => ({ purchaseId: holdId, epoch: HOLD_EPOCH }));
  await withUsableInventory(deps, eventId, (current) => deps.inventory.release(eventId, current, releases), generation);
  return users.map((user) => answers.get(user) ?? { kind: 'lapsed' });
}
