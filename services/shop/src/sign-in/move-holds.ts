import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, Schema } from '@box-office/api-client';
import { replyTo, type Reply } from '@box-office/web';
import { activeHolds, type ActiveHold } from '../buying/holds.js';
import { MAY_REPEAT } from '../buying/take-hold.js';
import { buyerApi, type ShopContext, type ShopDeps } from '../http/view.js';
import type { Session } from '../http/session.js';

const MAX_HOLDS = 10;
/** How long the sign-in waits for all of them. */
const WAIT_MS = 3_000;
/** How long it is tried to release a hold that the buyer is not to have. */
const GIVE_BACK_MS = 60_000;
const POLL_MS = 500;

/**
 * Gives the buyer who signs in what the guest holds, for the time that is left. The buyer's hold is taken before the
 * guest's is released, so that the tickets are free at no moment. A hold for which that is not possible, or only at a
 * higher price, stays the guest's, who still finds it in this browser.
 *
 * @returns the ids of the buyer's holds by those of the guest's
 */
export async function moveHolds(
  c: ShopContext,
  deps: Pick<ShopDeps, 'gateway'>,
  session: Session,
): Promise<ReadonlyMap<string, string>> {
  const [guest, buyer] = await Promise.all([buyerApi(c, deps, { guest: session.guest }), buyerApi(c, deps, session)]);
  const move = { guest, buyer, untilMs: Date.now() + WAIT_MS };
  const moved = new Map<string, string>();
  for (const hold of await activeHolds(guest, { limit: MAX_HOLDS })) {
    const holdId = await moveHold(hold, move);
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

/** Who gives a hold to whom, and until when the page waits for that. */
interface Move {
  readonly guest: ApiClient;
  readonly buyer: ApiClient;
  readonly untilMs: number;
}

async function moveHold(hold: ActiveHold, { guest, buyer, untilMs }: Move): Promise<string | undefined> {
  const seconds = Math.floor((Date.parse(hold.expiresAt) - Date.now()) / 1_000);
  if (seconds < 1) return undefined;
  const take = takingOf(hold, seconds, buyer);
  const taken = await outcomeOf(take, untilMs);
  if (isFinal(taken) && !taken.ok) return undefined;
  if (taken.ok && taken.data.amountMinor <= hold.amountMinor) {
    const released = await outcomeOf(() => release(guest, hold.holdId), untilMs);
    // Refused: its purchase has begun meanwhile. Not known: the buyer has both rather than none.
    if (released.ok || !isFinal(released)) return taken.data.holdId;
  }
  const giveBack = async (): Promise<Reply<unknown>> => {
    const reply = await take();
    return reply.ok ? release(buyer, reply.data.holdId) : reply;
  };
  await Promise.race([outcomeOf(giveBack, Date.now() + GIVE_BACK_MS), pause(untilMs - Date.now())]);
  return undefined;
}

/** Takes what is held for another buyer as well; however often it is called, once. */
function takingOf({ eventId, items }: ActiveHold, seconds: number, api: ApiClient) {
  const body = {
    eventId,
    seconds,
    items: items.map(({ ticketType, serials }) => ({ ticketType, quantity: serials.length })),
  };
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  return async (): Promise<Reply<Schema<'TakenHold'>>> => {
    const reply = await replyTo(api.POST('/api/tickets/holds', { params, body }));
    if (!reply.ok) return reply;
    return 'expiresAt' in reply.data
      ? { ok: true, data: reply.data }
      : { ok: false, problem: { kind: 'hold-in-flight' } };
  };
}

const release = (api: ApiClient, id: string) =>
  replyTo(api.DELETE('/api/tickets/holds/{id}', { params: { path: { id } } }));

const isFinal = (reply: Reply<unknown>): boolean => reply.ok || !MAY_REPEAT.has(reply.problem.kind);

/** Repeats a call until its answer is final, or it is late. */
async function outcomeOf<T>(call: () => Promise<Reply<T>>, untilMs: number): Promise<Reply<T>> {
  for (;;) {
    const reply = await call();
    if (isFinal(reply) || Date.now() >= untilMs) return reply;
    await pause(POLL_MS);
  }
}

/** Does not keep the process alive. */
const pause = (ms: number): Promise<void> => sleep(Math.max(0, ms), undefined, { ref: false });
