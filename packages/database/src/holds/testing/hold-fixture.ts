import { randomUUID } from 'node:crypto';
import type { OrderItem, PurchaseOrder, SerialRange } from '@box-office/contract';
import type pg from 'pg';
import { inject } from 'vitest';
import type { InventoryContents } from '../../inventory/generation.js';
import { builtGeneration } from '../../inventory/testing/built-generation.js';
import { claimPurchases, type Claim, type ClaimedPurchase } from '../../purchases/claim.js';
import { persistTickets, type PersistOutcome } from '../../purchases/persist.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../../purchases/undo.js';
import { openTestDatabase } from '../../testing.js';
import { recordHold, type HoldRecorded, type HoldToRecord } from '../record.js';

export const standard = (quantity: number): OrderItem[] => [{ ticketType: 'standard', quantity }];
export const serials = (...numbers: number[]): SerialRange[] => [{ ticketType: 'standard', serials: numbers }];

export const MINUTE_MS = 60_000;

/**
 * One event of 1,000 tickets in a database of its own, and the steps of holds and purchases as a worker takes them.
 */
export interface HoldFixture {
  readonly pool: pg.Pool;
  readonly eventId: string;
  generation(): number;
  /** Begins and opens the next generation. Returns what it holds. */
  rebuild(): Promise<InventoryContents>;
  /** Records a hold of these serials. */
  hold(numbers: readonly number[], changes?: Partial<HoldToRecord>): Promise<HoldRecorded>;
  /** The result of a workflow's claim of a purchase. */
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

export async function openHoldFixture(limitPerBuyer = 10): Promise<HoldFixture> {
  const database = await openTestDatabase(inject('stack'), 10);
  const { pool } = database;
  const eventId = await database.createEvent({ limitPerBuyer });
  let generation = 0;

  async function rebuild(): Promise<InventoryContents> {
    const next = await builtGeneration(pool, eventId, Number.MAX_SAFE_INTEGER);
    generation = next.generation;
    return next;
  }

  const ask: HoldFixture['ask'] = async (wanted, runId = '1') => {
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
      return recordHold(pool, { ...holdOf(eventId, numbers), generation, ...changes });
    },
    ask,
    order: (quantity, changes = {}) => ({ ...orderOf(eventId, quantity), ...changes }),
    async claim(quantity, changes = {}) {
      const wanted = { ...orderOf(eventId, quantity), ...changes };
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
    close: () => database.close(),
  };
}

const orderOf = (eventId: string, quantity: number): PurchaseOrder => ({
  purchaseId: randomUUID(),
  fingerprint: 'f',
  userId: 'ann',
  eventId,
  items: standard(quantity),
  paymentMethod: 'pm_approve',
  requestId: 'request',
});

function holdOf(eventId: string, numbers: readonly number[]): Omit<HoldToRecord, 'generation'> {
  const holdId = randomUUID();
  return {
    holdId,
    fingerprint: 'f',
    userId: 'ann',
    eventId,
    items: standard(numbers.length),
    requestId: 'request',
    durationMs: MINUTE_MS,
    serials: serials(...numbers),
    ownerWorkflowId: `hold/${holdId}`,
  };
}

/** The id of a hold that was recorded. */
export function idOf(recorded: HoldRecorded): string {
  if (recorded.kind !== 'recorded') throw new Error(`the hold was not recorded: ${recorded.kind}`);
  return recorded.hold.holdId;
}
