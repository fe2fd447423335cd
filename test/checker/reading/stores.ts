import type {
  CancellationStatus,
  EventReadModel,
  HoldStatus,
  PurchaseOutcome,
  PurchaseStatus,
  QuotedItem,
  SerialRange,
  TicketStatus,
} from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import type { LedgerStatement } from '@box-office/payments/wire';

/** Everything that the stores hold, read at rest. The comparisons work on this alone, and never ask a store. */
export interface Stores {
  readonly events: readonly EventOnRecord[];
  readonly purchases: readonly PurchaseOnRecord[];
  readonly tickets: readonly TicketOnRecord[];
  readonly cancellations: readonly CancellationOnRecord[];
  readonly holds: readonly HoldOnRecord[];
  readonly buyers: readonly BuyerOnRecord[];
  readonly findings: readonly Finding[];
  readonly ledger: readonly LedgerLine[];
  readonly audit: readonly AuditLine[];
  readonly serialGuards: SerialGuards;
  /** By event id. */
  readonly inventories: ReadonlyMap<string, InventoryReading>;
  readonly payments: readonly PurchasePayments[];
  readonly queues: readonly QueueReading[];
}

export interface EventOnRecord {
  readonly eventId: string;
  readonly currency: string;
  /** What remains according to the ledger lines applied. */
  readonly capacity: number;
  readonly initialCapacity: number;
  readonly ticketTypes: readonly { readonly name: string; readonly total: number }[];
}

export interface PurchaseOnRecord {
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly userId: string;
  readonly eventId: string;
  /** Null where the event was unknown. */
  readonly items: readonly QuotedItem[] | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string | null;
  readonly holdId: string | null;
  readonly status: PurchaseStatus;
  readonly outcome: PurchaseOutcome | null;
}

export interface TicketOnRecord {
  readonly ticketId: string;
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  readonly userId: string;
  readonly priceMinor: number;
  readonly status: TicketStatus;
  /** The cancellation that has claimed it. */
  readonly cancellationId: string | null;
}

/** A cancellation of a purchase or of some of its tickets. */
export interface CancellationOnRecord {
  readonly cancellationId: string;
  readonly purchaseId: string;
  readonly eventId: string;
  readonly status: CancellationStatus;
  readonly amountMinor: number;
}

/** A timed hold. */
export interface HoldOnRecord {
  readonly holdId: string;
  readonly eventId: string;
  readonly userId: string;
  readonly items: readonly SerialRange[];
  readonly status: HoldStatus;
  readonly purchaseId: string | null;
}

/** How many tickets of an event PostgreSQL counts towards a buyer's limit. */
export interface BuyerOnRecord {
  readonly eventId: string;
  readonly userId: string;
  readonly tickets: number;
}

/** A difference that reconciliation has found, and what came of it. */
export interface Finding {
  readonly kind: string;
  /** Names it among those of its kind and event. */
  readonly subject: string;
  readonly status: string;
  readonly eventId: string | null;
  readonly purchaseId: string | null;
  readonly expected: unknown;
  readonly found: unknown;
  readonly cause: string;
}

export interface LedgerLine {
  readonly messageId: string;
  readonly eventId: string;
  readonly purchaseId: string | null;
  readonly operation: 'purchase' | 'cancel' | 'adjust';
  readonly change: number;
}

/** A line of the audit log about a sale or a cancellation; its other kinds are not read. */
export interface AuditLine {
  readonly messageId: string;
  readonly kind: 'purchase' | 'cancel';
  readonly eventId: string | null;
  readonly purchaseId: string | null;
  readonly amountMinor: number;
}

/** Whether PostgreSQL itself refuses what must never be; null where there was no ticket to try it with. */
export interface SerialGuards {
  readonly refusesDoubledSerial: boolean | null;
  readonly refusesSerialAboveTotal: boolean | null;
}

export interface InventoryReading {
  readonly snapshot: InventorySnapshot | null;
  /** `event:<id>`, which buyers are answered from. */
  readonly readModel: EventReadModel | null;
}

/** The payment provider's books about one purchase. */
export type PurchasePayments = LedgerStatement['purchases'][number];

export interface QueueReading {
  readonly name: string;
  readonly purpose: 'work' | 'retry' | 'dead letters';
  /** Messages that are ready to be delivered; null if there is no such queue. */
  readonly ready: number | null;
}

/** Tickets that are sold, by purchase id. */
export function validTicketsByPurchase(stores: Stores): ReadonlyMap<string, readonly TicketOnRecord[]> {
  return ticketsByPurchase(stores, ['valid']);
}

export function ticketsByPurchase(
  stores: Stores,
  statuses: readonly TicketStatus[],
): ReadonlyMap<string, readonly TicketOnRecord[]> {
  const found = new Map<string, TicketOnRecord[]>();
  for (const ticket of stores.tickets) {
    if (!statuses.includes(ticket.status)) continue;
    const known = found.get(ticket.purchaseId);
    if (known) known.push(ticket);
    else found.set(ticket.purchaseId, [ticket]);
  }
  return found;
}

/** A ticket as people name it: its type and serial. */
const seatOf = (ticket: { readonly ticketType: string; readonly serial: number }): string =>
  `${ticket.ticketType} ${ticket.serial}`;

/** Tickets or serials as one text that does not depend on their order. */
export const seatsOf = (tickets: readonly { readonly ticketType: string; readonly serial: number }[]): string =>
  tickets.map(seatOf).sort().join(', ');

/** The tickets of ranges, one by one. */
export const seatsIn = (items: readonly SerialRange[]): { ticketType: string; serial: number }[] =>
  items.flatMap(({ ticketType, serials }) => serials.map((serial) => ({ ticketType, serial })));
