import type { Unavailable } from '@box-office/inventory';
import { readGeneration } from '@box-office/records';
import { restoreInventory, type RestorationDeps } from './restore-inventory.js';

/** Restorations in a row before giving up: one is normal, more mean that Redis fails while it is rebuilt. */
const MOST_RESTORATIONS = 3;

/**
 * Calls the inventory under the generation that the record names, and where Redis answers that the inventory is not
 * usable, restores it and calls again.
 *
 * @param from the lowest generation to call under, if the caller knows it; saves reading it
 * @throws Error if there is no such event, or the inventory cannot be restored
 */
export async function withUsableInventory<R extends { readonly kind: string }>(
  deps: RestorationDeps,
  eventId: string,
  call: (generation: number) => Promise<R>,
  from?: number,
): Promise<{ readonly reply: Exclude<R, Unavailable>; readonly generation: number }> {
  let generation = from ?? (await readGeneration(deps.pool, eventId));
  for (let restorations = 0; generation !== null; restorations++) {
    const reply: R | Unavailable = await call(generation);
    if (!isUnavailable(reply)) return { reply: reply as Exclude<R, Unavailable>, generation };
    if (restorations === MOST_RESTORATIONS) break;
    generation = await restoreInventory(deps, { eventId, seen: generation, cause: reply.cause });
  }
  throw new Error(`event ${eventId} has no usable inventory`);
}

function isUnavailable(reply: { readonly kind: string }): reply is Unavailable {
  return reply.kind === 'unavailable';
}
