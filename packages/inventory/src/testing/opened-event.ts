import { randomUUID } from 'node:crypto';
import type { EventDetails, TicketTypeDetails } from '@box-office/contract';
import type { Redis } from 'ioredis';
import { createInventory, type Inventory } from '../inventory.js';
import type { InventoryContents, ReserveRequest, SoldPurchase } from '../outcomes.js';

/** An event of its own for one test, so that tests share a server. */
export const detailsOfEvent = (changes: Partial<EventDetails> = {}): EventDetails => ({
  id: randomUUID(),
  revision: 1,
  name: 'Night of the Proms',
  description: 'A "quoted" line\nand another',
  venue: 'Zénith',
  startsAt: '2031-06-01T19:00:00.000Z',
  endsAt: '2031-06-01T22:00:00.000Z',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  status: 'on_sale',
  saleStartsAt: null,
  saleEndsAt: null,
  limitPerBuyer: 10,
  ticketTypes: [standard(5), vip(2)],
  ...changes,
});

export const standard = (total: number): TicketTypeDetails => ({ name: 'Standard', priceMinor: 2_500, total });
export const vip = (total: number): TicketTypeDetails => ({ name: 'VIP', priceMinor: 9_900, total });

export const NOTHING_SOLD: InventoryContents = { reservations: [], sales: [] };

export interface OpenedEvent {
  readonly inventory: Inventory;
  readonly details: EventDetails;
  readonly eventId: string;
}

/** Builds generation 1 of a new event's inventory. */
export async function openedEvent(
  redis: Redis,
  changes: Partial<EventDetails> = {},
  contents: InventoryContents = NOTHING_SOLD,
): Promise<OpenedEvent> {
  const details = detailsOfEvent(changes);
  const inventory = createInventory(redis);
  await inventory.rebuild(details.id, 1, details, contents);
  return { inventory, details, eventId: details.id };
}

export const asking = (purchaseId: string, quantity = 1, changes: Partial<ReserveRequest> = {}): ReserveRequest => ({
  purchaseId,
  epoch: 1,
  userId: `buyer of ${purchaseId}`,
  items: [{ ticketType: 'Standard', quantity }],
  ...changes,
});

export const having = (purchaseId: string, serials: readonly number[]): SoldPurchase => ({
  purchaseId,
  userId: `buyer of ${purchaseId}`,
  items: [{ ticketType: 'Standard', serials }],
});

/** What a reserve of standard tickets answers. */
export const gets = (...serials: number[]) => ({ kind: 'reserved', items: [{ ticketType: 'Standard', serials }] });

export const done = (...outcomes: unknown[]) => ({ kind: 'done', outcomes });
