import { randomUUID } from 'node:crypto';
import type { HoldOrder, OrderItem, PurchaseOrder, SerialRange } from '@box-office/contract';
import { createLogger, createPool } from '@box-office/platform';
import type pg from 'pg';
import { inject } from 'vitest';
import { createEvent } from '../../events/create.js';
import type { InventoryContents } from '../../inventory/generation.js';
import { builtGeneration } from '../../inventory/testing/built-generation.js';
import { claimPurchases, type Claim, type ClaimedPurchase } from '../../purchases/claim.js';
import { persistTickets, type PersistOutcome } from '../../purchases/persist.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../../purchases/undo.js';
import { freshDatabase } from '../../testing.js';
import { recordHold, type HoldRecorded, type HoldToRecord } from '../record.js';

export const standard = (quantity: number): OrderItem[] => [{ ticketType: 'standard', quantity }];
export const serials = (...numbers: number[]): SerialRange[] => [{ ticketType: 'standard', serials: numbers }];

export const MINUTE_MS = 60_000;

/** A database of its own with one event of 1,000 tickets, and the steps of holds and purchases as a worker takes them. */
export interface Hall {
  readonly pool: pg.Pool;
  readonly eventId: string;
  generation(): number;
  /** Begins and opens the next generation, and tells what it holds. */
  rebuild(): Promise<InventoryContents>;
  /** Records a hold of these serials. */
  hold(numbers: readonly number[], changes?: Partial<HoldToRecord>): Promise<HoldRecorded>;
  /** What a workflow's claim of a purchase answers. */
  ask(order: PurchaseOrder, runId?: string): Promise<Claim>;
  order(quantity: number, changes?: Partial<PurchaseOrder>): PurchaseOrder;
  /** A purchase that is claimed. */
  claim(quantity: number, changes?: Partial<PurchaseOrder>): Promise<Buying>;
  /** Undoes a purchase and returns its hold; it has its outcome then. */
  undo(buying: Buying): Promise<void>;
  persist(
    ...buying: readonly { readonly of: Buying; readonly numbers: readonly number[] }[]
  ): Promise<PersistOutcome[]>;
  /** The buyer's count; 0 if there is none. */
  countOf(userId: string): Promise<number>;
  close(): Promise<void>;
}

export interface Buying {
  readonly order: PurchaseOrder;
  readonly claim: ClaimedPurchase;
}

export async function openHall(limitPerBuyer = 10): Promise<Hall> {
  const database = await freshDatabase(inject('stack'));
  const logger = createLogger({ service: 'test', level: 'silent' });
  const pool = createPool({ url: database.databaseUrl, applicationName: 'holds test', max: 10, logger });
  const { id: eventId } = await createEvent(pool, {
    name: 'Gala',
    description: '',
    venue: 'Hall',
    startsAt: '2035-01-01T19:00:00Z',
    endsAt: '2035-01-01T22:00:00Z',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    status: 'on_sale',
    saleStartsAt: null,
    saleEndsAt: null,
    limitPerBuyer,
    ticketTypes: [{ name: 'standard', priceMinor: 2_500, total: 1_000 }],
  });
  let generation = 0;

  async function rebuild(): Promise<InventoryContents> {
    const next = await builtGeneration(pool, eventId, Number.MAX_SAFE_INTEGER);
    generation = next.generation;
    return next;
  }

  const order: Hall['order'] = (quantity, changes = {}) => ({
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: 'ann',
    eventId,
    items: standard(quantity),
    paymentMethod: 'pm_approve',
    requestId: 'request',
    ...changes,
  });

  const ask: Hall['ask'] = async (wanted, runId = '1') => {
    const [claim] = await claimPurchases(pool, [wanted], { workflowId: `purchase/${wanted.purchaseId}`, runId });
    if (!claim) throw new Error('no answer');
    return claim;
  };

  await rebuild();
  return {
    pool,
    eventId,
    generation: () => generation,
    rebuild,
    hold(numbers, changes = {}) {
      const order: HoldOrder = {
        holdId: randomUUID(),
        fingerprint: 'f',
        userId: 'ann',
        eventId,
        items: standard(numbers.length),
        durationMs: MINUTE_MS,
        requestId: 'request',
      };
      return recordHold(pool, {
        ...order,
        generation,
        serials: serials(...numbers),
        ownerWorkflowId: `hold/${order.holdId}`,
        ...changes,
      });
    },
    ask,
    order,
    async claim(quantity, changes = {}) {
      const wanted = order(quantity, changes);
      const claim = await ask(wanted);
      if (claim.kind !== 'mine') throw new Error(claim.kind);
      return { order: wanted, claim };
    },
    async undo({ claim }) {
      await beginUndoing(pool, { ...claim, outcome: { kind: 'declined', reason: 'no_money' }, authorisationId: null });
      await voidTickets(pool, claim);
      await concludeUndoing(pool, claim);
    },
    persist: (...buying) =>
      persistTickets(
        pool,
        buying.map(({ of, numbers }) => ({
          purchaseId: of.order.purchaseId,
          epoch: of.claim.epoch,
          generation,
          authorisationId: 'authorisation',
          items: serials(...numbers),
        })),
      ),
    async countOf(userId) {
      const { rows } = await pool.query<{ tickets: number }>(
        'select tickets from event_buyers where event_id = $1 and user_id = $2',
        [eventId, userId],
      );
      return rows[0]?.tickets ?? 0;
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

/** The id of a hold that was recorded. */
export function idOf(recorded: HoldRecorded): string {
  if (recorded.kind !== 'recorded') throw new Error(`the hold was not recorded: ${recorded.kind}`);
  return recorded.hold.holdId;
}
