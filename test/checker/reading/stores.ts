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
import type { LedgerStatement } from '@box-office/payment-simulator/ledger-statement';

/** The contents of all stores of a quiescent system. The comparisons use nothing else and never read a store. */
export interface Stores {
  readonly events: readonly EventRow[];
  readonly purchases: readonly PurchaseRow[];
  readonly tickets: readonly TicketRow[];
  readonly cancellations: readonly CancellationRow[];
  readonly fees: readonly FeeRow[];
  readonly withheld: readonly WithheldRow[];
  readonly receipts: readonly ReceiptRow[];
  readonly holds: readonly HoldRow[];
  readonly buyers: readonly BuyerRow[];
  readonly findings: readonly Finding[];
  readonly ledger: readonly LedgerLine[];
  readonly audit: readonly AuditLine[];
  readonly serialGuards: SerialGuards;
  /** By event id. */
  readonly inventories: ReadonlyMap<string, InventoryReading>;
  readonly payments: readonly PurchasePayments[];
  readonly queues: readonly QueueReading[];
}

export interface EventRow {
  readonly eventId: string;
  readonly currency: string;
  /** Tickets left according to the applied ledger lines. */
  readonly capacity: number;
  readonly initialCapacity: number;
  /** When its inventory was last rebuilt or closed; epoch ms. */
  readonly inventoryChangedAtMs: number;
  readonly ticketTypes: readonly { readonly name: string; readonly total: number }[];
}

export interface PurchaseRow {
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly userId: string;
  readonly eventId: string;
  /** Null if the event was unknown. */
  readonly items: readonly QuotedItem[] | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string | null;
  readonly holdId: string | null;
  readonly status: PurchaseStatus;
  readonly outcome: PurchaseOutcome | null;
  /** It was confirmed since there are receipts. */
  readonly receiptDue: boolean;
}

export interface TicketRow {
  readonly ticketId: string;
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  readonly userId: string;
  readonly priceMinor: number;
  readonly status: TicketStatus;
  /** The cancellation that claimed the ticket. */
  readonly cancellationId: string | null;
}

/** A cancellation of a purchase or of some of its tickets. */
export interface CancellationRow {
  readonly cancellationId: string;
  readonly purchaseId: string;
  readonly eventId: string;
  readonly status: CancellationStatus;
  readonly amountMinor: number;
}

/** A fee of a confirmed purchase. */
export interface FeeRow {
  readonly purchaseId: string;
  readonly amountMinor: number;
  /** The cancellation that refunded it; null if it is kept. */
  readonly returnedBy: string | null;
}

/** What was kept of the price of a cancelled ticket. */
export interface WithheldRow {
  readonly purchaseId: string;
  readonly cancellationId: string;
  readonly amountMinor: number;
}

/** A receipt or a correction. */
export interface ReceiptRow {
  readonly series: string;
  readonly number: number;
  readonly purchaseId: string;
  readonly grossMinor: number;
}

/** A hold. */
export interface HoldRow {
  readonly holdId: string;
  readonly eventId: string;
  readonly userId: string;
  readonly items: readonly SerialRange[];
  readonly status: HoldStatus;
  readonly purchaseId: string | null;
}

/** Tickets of an event that PostgreSQL counts towards a buyer's limit. */
export interface BuyerRow {
  readonly eventId: string;
  readonly userId: string;
  readonly tickets: number;
}

/** A difference that reconciliation found, and its status. */
export interface Finding {
  readonly kind: string;
  /** Identifies the finding among those of its kind and event. */
  readonly subject: string;
  readonly status: string;
  readonly eventId: string | null;
  readonly purchaseId: string | null;
  readonly expected: unknown;
  readonly found: unknown;
  readonly cause: string;
  /** Epoch ms. */
  readonly firstSeenMs: number;
}

export interface LedgerLine {
  readonly messageId: string;
  readonly eventId: string;
  readonly purchaseId: string | null;
  readonly operation: 'purchase' | 'cancel' | 'adjust';
  readonly change: number;
}

/** A line of the audit log about a sale or a cancellation. Other kinds are not read. */
export interface AuditLine {
  readonly messageId: string;
  readonly kind: 'purchase' | 'cancel';
  readonly eventId: string | null;
  readonly purchaseId: string | null;
  readonly amountMinor: number;
}

/** Whether PostgreSQL refuses invalid serials; null if there was no ticket to try it with. */
export interface SerialGuards {
  readonly refusesDoubledSerial: boolean | null;
  readonly refusesSerialAboveTotal: boolean | null;
}

export interface InventoryReading {
  readonly snapshot: InventorySnapshot | null;
  /** The key `event:<id>`, from which gateways answer buyers. */
  readonly readModel: EventReadModel | null;
}

/** One purchase in the payment provider's statement. */
export type PurchasePayments = LedgerStatement['purchases'][number];

export interface QueueReading {
  readonly name: string;
  readonly purpose: 'work' | 'retry' | 'dead letters';
  /** Messages ready for delivery; null if the queue does not exist. */
  readonly ready: number | null;
}

/** Valid tickets, by purchase id. */
export function validTicketsByPurchase(stores: Stores): ReadonlyMap<string, readonly TicketRow[]> {
  return ticketsByPurchase(stores, ['valid']);
}

export function ticketsByPurchase(
  stores: Stores,
  statuses: readonly TicketStatus[],
): ReadonlyMap<string, readonly TicketRow[]> {
  const found = new Map<string, TicketRow[]>();
  for (const ticket of stores.tickets) {
    if (!statuses.includes(ticket.status)) continue;
    const known = found.get(ticket.purchaseId);
    if (known) known.push(ticket);
    else found.set(ticket.purchaseId, [ticket]);
  }
  return found;
}

/** A ticket as its type and serial. */
const formatSeat = (ticket: { readonly ticketType: string; readonly serial: number }): string =>
  `${ticket.ticketType} ${ticket.serial}`;

/** Tickets or serials as one text that does not depend on their order. */
export const formatSeats = (tickets: readonly { readonly ticketType: string; readonly serial: number }[]): string =>
  tickets.map(formatSeat).sort().join(', ');

/** The tickets of serial ranges, one entry each. */
export const listSeats = (items: readonly SerialRange[]): { ticketType: string; serial: number }[] =>
  items.flatMap(({ ticketType, serials }) => serials.map((serial) => ({ ticketType, serial })));
