import type { EventDetails, EventReadModel, OrderItem, Refusal, SerialRange } from '@box-office/contract';

/**
 * Why an inventory may not be used. Nothing was changed; the caller rebuilds the inventory from PostgreSQL.
 *
 * - `missing`: there is none, or a part of it is gone (a key deleted or evicted, a script that failed half-way);
 * - `restarted`: Redis is not the process that it was when the inventory was built, so it may have lost or restored
 *   anything;
 * - `generation`: the caller's generation is not the inventory's.
 */
export type UnavailableCause = 'missing' | 'restarted' | 'generation';

export interface Unavailable {
  readonly kind: 'unavailable';
  readonly cause: UnavailableCause;
  /** The generation that Redis has, if it has any: higher than the caller's means that the caller must read again. */
  readonly generation?: number;
}

/** A call about a list of purchases answers with one outcome for each, in order, or with why nothing was done. */
export type InventoryReply<Outcomes> = { readonly kind: 'done'; readonly outcomes: Outcomes } | Unavailable;

/** A purchase that asks for capacity. */
export interface ReserveRequest {
  readonly purchaseId: string;
  /** The epoch of the purchase's claim; a higher one is a newer owner. */
  readonly epoch: number;
  readonly userId: string;
  readonly items: readonly OrderItem[];
  /** Complimentary: an operator issues the tickets, they cost nothing, and the event need not be on sale. */
  readonly complimentary?: true;
  /**
   * Takes capacity although it was released: PostgreSQL has no row of it. The caller releases again if it finds one
   * afterwards. Not if its serials were taken over or given back.
   */
  readonly evenIfReleased?: true;
}

export type ReserveOutcome =
  /** The same serials however often the same purchase asks. */
  | { readonly kind: 'reserved'; readonly items: readonly SerialRange[] }
  | { readonly kind: 'refused'; readonly refusal: Exclude<Refusal, { readonly reason: 'unknown_event' }> }
  /** This purchase was released at this epoch or a later one, or all its tickets were given back. */
  | { readonly kind: 'tombstoned' }
  /** A newer epoch holds the serials. */
  | { readonly kind: 'stale_epoch' };

/** A purchase that uses a hold, which PostgreSQL has given to it. */
export interface TakeOverRequest {
  /** Under this id the hold was reserved. */
  readonly holdId: string;
  readonly purchaseId: string;
  readonly epoch: number;
  readonly userId: string;
}

export type TakeOverOutcome =
  | ReserveOutcome
  /** Nothing is held under this id for this buyer: it was released, or Redis lost it. Reserve in the ordinary way. */
  | { readonly kind: 'gone' };

/** A purchase whose tickets are valid in PostgreSQL. */
export interface SoldPurchase {
  readonly purchaseId: string;
  readonly userId: string;
  readonly items: readonly SerialRange[];
}

export type ConfirmOutcome =
  | { readonly kind: 'sold' }
  /** All its tickets were given back already: a confirmation that comes late changes nothing. */
  | { readonly kind: 'given_back' }
  /** This serial belongs to another purchase, or cannot exist: Redis and PostgreSQL disagree, so rebuild. */
  | { readonly kind: 'conflict'; readonly ticketType: string; readonly serial: number };

export interface ReleaseRequest {
  readonly purchaseId: string;
  readonly epoch: number;
  /** The hold that the purchase had taken over and that gets its serials back, as PostgreSQL has it. */
  readonly to?: { readonly holdId: string; readonly epoch: number; readonly items: readonly SerialRange[] };
}

export type ReleaseOutcome =
  /** Nothing is held for this purchase at this epoch, and nothing will be. */
  | { readonly kind: 'released' }
  /** The same, and the hold that was named has its serials. */
  | { readonly kind: 'returned' }
  /** The same, and nothing is held for the hold that was named: Redis had lost it before. */
  | { readonly kind: 'gone' }
  /** A newer epoch holds the serials; they stay held. */
  | { readonly kind: 'stale_epoch' }
  /** It is a sale, which only `giveBack` undoes. */
  | { readonly kind: 'sold' };

/** Tickets of a purchase that are cancelled in PostgreSQL. */
export interface ReturnedTickets {
  readonly purchaseId: string;
  readonly items: readonly SerialRange[];
}

/** `tickets` counts the serials that this very call returned; 0 when they were not the purchase's any more. */
export interface GiveBackOutcome {
  readonly kind: 'given_back';
  readonly tickets: number;
}

/** A purchase that is still open, with the serials that PostgreSQL has for it. */
export interface Reservation extends SoldPurchase {
  readonly epoch: number;
}

/** What an inventory is to hold, as PostgreSQL knows it. No serial may occur twice for a ticket type. */
export interface InventoryContents {
  readonly reservations: readonly Reservation[];
  readonly sales: readonly SoldPurchase[];
}

export type RebuildOutcome =
  | { readonly kind: 'rebuilt' }
  /** This generation stands already and has been in use since: these contents are older and were dropped. */
  | { readonly kind: 'already_built' }
  /** `generation` (the cause is always that): a later one stands in Redis. */
  | Unavailable;

export type UpdateDetailsOutcome =
  | { readonly kind: 'updated' }
  /** Details of a later revision are there already; nothing was changed. */
  | { readonly kind: 'outdated' }
  /** Nothing was changed: `lowestPossible` is the highest serial of this type that is held or sold. */
  | { readonly kind: 'refused'; readonly ticketType: string; readonly lowestPossible: number }
  | Unavailable;

export type AvailabilityOutcome =
  /** The event as its inventory counts it at this moment. */
  { readonly kind: 'counted'; readonly generation: number; readonly event: EventReadModel } | Unavailable;

/** Counters of one ticket type: `next` is the highest serial ever handed out, those below it without an owner are free. */
export interface TicketTypeStock {
  readonly name: string;
  readonly total: number;
  readonly next: number;
  readonly held: number;
  readonly sold: number;
}

/** A reservation as it stands in Redis; `heldSinceMs` is Redis's clock, 0 for one that a rebuild brought back. */
export interface StoredReservation extends Reservation {
  readonly heldSinceMs: number;
}

/** Everything that Redis holds of one event, for comparison with PostgreSQL. */
export interface InventorySnapshot {
  readonly generation: number;
  /** Why calls on this inventory are refused at present, or null if they are not. */
  readonly unavailable: UnavailableCause | null;
  readonly details: EventDetails;
  readonly ticketTypes: readonly TicketTypeStock[];
  /** Serials that were handed out once and came back, ascending. */
  readonly free: readonly SerialRange[];
  readonly reservations: readonly StoredReservation[];
  readonly sales: readonly SoldPurchase[];
  /** Tickets held and bought, by user id. */
  readonly buyers: ReadonlyMap<string, number>;
}

/** An inventory and what buyers are shown of it, all of one moment. */
export interface InventoryAtOnce {
  readonly snapshot: InventorySnapshot;
  /** Counted by the inventory at that moment. */
  readonly counted: EventReadModel;
  /** `event:<id>` as it stood then. */
  readonly shown: EventReadModel | null;
}
