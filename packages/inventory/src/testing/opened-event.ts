import { randomUUID } from 'node:crypto';
import type { EventFacts, TicketTypeFacts } from '@box-office/contract';
import { createInventory, type Inventory } from '../inventory.js';
import type { InventoryContents, ReserveRequest, SoldPurchase } from '../outcomes.js';
import type { RedisClient } from '../script.js';

/** An event of its own for one test, so that tests share a server. */
export const factsOfEvent = (changes: Partial<EventFacts> = {}): EventFacts => ({
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

export const standard = (total: number): TicketTypeFacts => ({ name: 'Standard', priceMinor: 2_500, total });
export const vip = (total: number): TicketTypeFacts => ({ name: 'VIP', priceMinor: 9_900, total });

export const NOTHING_SOLD: InventoryContents = { holds: [], sales: [] };

export interface OpenedEvent {
  readonly inventory: Inventory;
  readonly facts: EventFacts;
  readonly eventId: string;
}

/** Builds generation 1 of a new event's inventory. */
export async function openedEvent(
  redis: RedisClient,
  changes: Partial<EventFacts> = {},
  contents: InventoryContents = NOTHING_SOLD,
): Promise<OpenedEvent> {
  const facts = factsOfEvent(changes);
  const inventory = createInventory(redis);
  await inventory.rebuild(facts.id, 1, facts, contents);
  return { inventory, facts, eventId: facts.id };
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
