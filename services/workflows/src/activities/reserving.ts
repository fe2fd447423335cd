import type { OrderItem, Refusal, SerialRange } from '@box-office/contract';
import { restoreInventory, withUsableInventory } from '@box-office/restoration';
import type { ActivityDeps } from './deps.js';
import { byEvent } from './by-event.js';

export interface ReservationRequest {
  readonly purchaseId: string;
  readonly epoch: number;
  readonly userId: string;
  readonly eventId: string;
  /** Generation that the claim found. */
  readonly generation: number;
  readonly items: readonly OrderItem[];
}

export type Reservation =
  /** Held under this generation; persisting checks that it is still the current one. */
  | { readonly kind: 'reserved'; readonly generation: number; readonly items: readonly SerialRange[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Released before, or owned by a later run: this run must not go on with it. */
  | { readonly kind: 'superseded' };

/** Takes capacity in Redis: one call per event for all purchases of the list. */
export function createReserving(deps: ActivityDeps) {
  return {
    /** One reservation per request, in their order. Restores the inventory where Redis lost it. */
    async reserve(requests: readonly ReservationRequest[]): Promise<Reservation[]> {
      return byEvent(requests, async (eventId, ofEvent) => {
        const newest = Math.max(...ofEvent.map((request) => request.generation));
        const { reply, generation } = await withUsableInventory(
          deps,
          eventId,
          (current) => deps.inventory.reserve(eventId, current, ofEvent),
          newest,
        );
        return reply.outcomes.map((outcome): Reservation => {
          if (outcome.kind === 'reserved') {
            return { kind: 'reserved', generation, items: outcome.items };
          }
          return outcome.kind === 'refused' ? outcome : { kind: 'superseded' };
        });
      });
    },

    /** Builds the inventories of these events anew; `seen` is the generation under which each was found wrong. */
    async rebuildInventories(events: readonly { readonly eventId: string; readonly seen: number }[]): Promise<void> {
      await byEvent(events, async (eventId, ofEvent) => {
        const seen = Math.max(...ofEvent.map((event) => event.seen));
        await restoreInventory(deps, { eventId, seen, cause: 'a serial belonged to another purchase' });
        return ofEvent;
      });
    },
  };
}
