import { randomUUID } from 'node:crypto';
import type { ApiClient, Schema } from '@box-office/api-client';
import { replyTo } from '@box-office/web';
import { activeHolds, type ActiveHold } from '../buying/holds.js';
import { buyerApi, type ShopContext, type ShopDeps } from '../http/view.js';
import type { Session } from '../http/session.js';

const MAX_HOLDS = 10;

/**
 * Gives the buyer who signs in what the guest holds, for the time that is left. The buyer's hold is taken before the
 * guest's is released, so that the tickets are free at no moment. A hold for which that is not possible stays the
 * guest's, who still finds it in this browser.
 *
 * @returns the ids of the buyer's holds by those of the guest's
 */
export async function moveHolds(
  c: ShopContext,
  deps: Pick<ShopDeps, 'gateway'>,
  session: Session,
): Promise<ReadonlyMap<string, string>> {
  const [guest, buyer] = await Promise.all([buyerApi(c, deps, { guest: session.guest }), buyerApi(c, deps, session)]);
  const moved = new Map<string, string>();
  for (const hold of await activeHolds(guest, { limit: MAX_HOLDS })) {
    const holdId = await moveHold(hold, guest, buyer);
    if (holdId !== undefined) moved.set(hold.holdId, holdId);
  }
  return moved;
}

/** The buyer's hold for the event of a hold that was moved: pages of before the sign-in lead there. */
export async function movedHold(
  c: ShopContext,
  deps: Pick<ShopDeps, 'gateway'>,
  session: Session,
  { eventId, status, userId }: Schema<'Hold'>,
): Promise<string | undefined> {
  if (session.user === undefined || userId !== session.guest || status !== 'released') return undefined;
  const buyer = await buyerApi(c, deps, session);
  const [held] = await activeHolds(buyer, { eventId, limit: 1 });
  return held?.holdId;
}

async function moveHold(hold: ActiveHold, guest: ApiClient, buyer: ApiClient): Promise<string | undefined> {
  const { eventId, expiresAt, items } = hold;
  const seconds = Math.floor((Date.parse(expiresAt) - Date.now()) / 1_000);
  if (seconds < 1) return undefined;
  const body = {
    ...{ eventId, seconds },
    items: items.map(({ ticketType, serials }) => ({ ticketType, quantity: serials.length })),
  };
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  const taken = await replyTo(buyer.POST('/api/tickets/holds', { params, body }));
  if (!taken.ok) return undefined;
  if (await release(guest, hold.holdId)) return taken.data.holdId;
  // Its purchase has begun meanwhile.
  await release(buyer, taken.data.holdId);
  return undefined;
}

const release = async (api: ApiClient, id: string): Promise<boolean> =>
  (await replyTo(api.DELETE('/api/tickets/holds/{id}', { params: { path: { id } } }))).ok;
