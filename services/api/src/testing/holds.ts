import { HOLD_EPOCH, type Hold, type HoldOrder } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import { endHold, findHold, readGeneration, recordHold, refuseHold } from '@box-office/database';
import type pg from 'pg';
import type { HoldClient } from '../hold/hold-client.js';

export const HOLD_TIMES = { defaultMs: 600_000, maxMs: 1_800_000 };

/** Simulates the hold workflow for tests: the same writes in the same order, without Temporal and timer. */
export function createTestHoldClient(o: { pool: pg.Pool; inventory: Inventory }): HoldClient {
  async function take(order: HoldOrder): Promise<Hold> {
    const { holdId, eventId, userId, items } = order;
    const known = await findHold(o.pool, holdId);
    if (known) return known;
    const owned = { ...order, ownerWorkflowId: `hold/${holdId}` };
    const generation = await readGeneration(o.pool, eventId);
    if (generation === null) return refuseHold(o.pool, owned, { reason: 'unknown_event' });
    const wanted = [{ purchaseId: holdId, epoch: HOLD_EPOCH, userId, items }];
    const reply = await o.inventory.reserve(eventId, generation, wanted);
    const [reserved] = reply.kind === 'done' ? reply.outcomes : [];
    if (reserved?.kind === 'refused') return refuseHold(o.pool, owned, reserved.refusal);
    if (reserved?.kind !== 'reserved') throw new Error(`nothing was reserved: ${JSON.stringify(reply)}`);
    const recorded = await recordHold(o.pool, { ...owned, generation, serials: reserved.items });
    if (recorded.kind !== 'recorded') throw new Error(`the hold was not recorded: ${recorded.kind}`);
    return recorded.hold;
  }

  async function release({ holdId, eventId }: Hold): Promise<Hold> {
    const end = await endHold(o.pool, holdId, 'released');
    if (!end) throw new Error('the hold has no row');
    await o.inventory.release(eventId, end.generation, [{ purchaseId: holdId, epoch: HOLD_EPOCH }]);
    return end.hold;
  }

  return {
    take: async (order) => ({ kind: 'answered', hold: await take(order) }),
    release: async (hold) => ({ kind: 'answered', hold: await release(hold) }),
    maxReplyMs: 1_000,
  };
}
