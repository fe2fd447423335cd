import { unknownState, type OrderItem, type PurchaseRefusal, type SerialRange } from '@box-office/contract';
import { rebuildFromDatabase, withUsableInventory } from '@box-office/inventory-sync';
import { cancellationSignal } from '@temporalio/activity';
import { byEvent, byEventApart } from '../../worker/by-event.js';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import { takeNamedHolds, type HoldUser, type NamedHold } from './named-holds.js';
import type { StepWait } from './step-wait.js';

export interface ReservationRequest {
  readonly purchaseId: string;
  readonly epoch: number;
  readonly userId: string;
  readonly eventId: string;
  /** Generation that the claim found. */
  readonly generation: number;
  readonly items: readonly OrderItem[];
  readonly hold?: NamedHold;
  /** Complimentary: an operator issues the tickets, they cost nothing, and the event need not be on sale. */
  readonly complimentary?: true;
}

export type Reservation =
  /** Held under this generation; persisting checks that it is still the current one. */
  | {
      readonly kind: 'reserved';
      readonly generation: number;
      readonly items: readonly SerialRange[];
      /** The serials are those of the hold that the purchase named. */
      readonly fromHold?: true;
    }
  | { readonly kind: 'refused'; readonly refusal: PurchaseRefusal }
  /**
   * Owned by a later run, or given back: it was undone, or sold and cancelled, by an attempt of this run whose results were
   * lost. PostgreSQL knows.
   */
  | { readonly kind: 'superseded' };

/** Takes capacity in Redis: one call per event for all purchases of the list, and one more for the holds they name. */
export function createReserveActivities(deps: Pick<ActivityDeps, 'pool' | 'inventory' | 'logger'>) {
  type Reserve = (
    eventId: string,
    requests: readonly ReservationRequest[],
    signal: AbortSignal,
  ) => Promise<Reservation[]>;

  /** Once given up, it reserves nothing more: the purchases may have been refused since. */
  const reserveItems: Reserve = async (eventId, requests, signal) => {
    if (requests.length === 0) return [];
    const newest = Math.max(...requests.map((request) => request.generation));
    const { reply, generation } = await withUsableInventory(
      deps,
      eventId,
      (current) => {
        signal.throwIfAborted();
        return deps.inventory.reserve(eventId, current, requests);
      },
      newest,
    );
    return reply.outcomes.map((outcome): Reservation => {
      switch (outcome.kind) {
        case 'reserved':
          return { kind: 'reserved', generation, items: outcome.items };
        case 'refused':
          return outcome;
        case 'tombstoned':
        case 'stale_epoch':
          return { kind: 'superseded' };
        default:
          return unknownState('a reservation', outcome);
      }
    });
  };

  /** Uses the holds that purchases name; a purchase whose hold has lapsed takes what is left, and its refusal says so. */
  const reserveWithHolds: Reserve = async (eventId, requests, signal) => {
    const users = requests.filter(namesHold);
    const newest = Math.max(...requests.map((request) => request.generation));
    const taken = await takeNamedHolds(deps, eventId, users, { from: newest, signal });
    const byUser = new Map<ReservationRequest, (typeof taken)[number]>();
    for (const [place, answer] of taken.entries()) {
      const user = users[place];
      if (user) byUser.set(user, answer);
    }
    const unheld = requests.filter((request) => {
      const kind = byUser.get(request)?.kind;
      return kind === undefined || kind === 'lapsed' || kind === 'lost';
    });
    const reserved = new Map(
      (await reserveItems(eventId, unheld, signal)).map((reservation, i) => [unheld[i], reservation]),
    );
    return requests.map((request): Reservation => {
      const hold = byUser.get(request);
      if (hold?.kind === 'reserved') return { ...hold, fromHold: true };
      if (hold?.kind === 'closed') return { kind: 'refused', refusal: hold.refusal };
      const reservation = reserved.get(request) ?? { kind: 'superseded' };
      if (hold?.kind !== 'lapsed' || reservation.kind !== 'refused') return reservation;
      return { kind: 'refused', refusal: { ...reservation.refusal, holdLapsed: true } };
    });
  };

  const reserveOfEvent: Reserve = (eventId, ofEvent, signal) =>
    (ofEvent.some(namesHold) ? reserveWithHolds : reserveItems)(eventId, ofEvent, signal);

  const report = (eventId: string, err: unknown): void =>
    deps.logger.info({ err, eventId }, 'the purchases of this event leave the fast path: its inventory is not usable');

  return {
    /**
     * One reservation per request, in their order. Restores the inventory where Redis lost it.
     *
     * @param signal aborted when it is given up
     */
    reserve: (
      requests: readonly ReservationRequest[],
      wait?: StepWait,
      signal = cancellationSignal(),
    ): Promise<(Reservation | undefined)[]> =>
      wait === 'fast_path'
        ? byEventApart(requests, report, reserveOfEvent, signal)
        : byEvent(requests, (eventId, ofEvent) => reserveOfEvent(eventId, ofEvent, signal)),

    /** Rebuilds the inventories of these events; `seen` is the generation that proved wrong. */
    async rebuildInventories(events: readonly { readonly eventId: string; readonly seen: number }[]): Promise<void> {
      await byEvent(events, async (eventId, ofEvent) => {
        const seen = Math.max(...ofEvent.map((event) => event.seen));
        await rebuildFromDatabase(deps, { eventId, seen, cause: 'a serial belonged to another purchase' });
        return ofEvent;
      });
    },
  };
}

function namesHold(request: ReservationRequest): request is ReservationRequest & HoldUser {
  return request.hold !== undefined;
}
