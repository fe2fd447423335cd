import {
  HOLD_EPOCH,
  OUTCOMES_CHANNEL,
  type OutcomeNotification,
  type PurchaseNotification,
  type PurchaseOrder,
  type PurchaseOutcome,
} from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import {
  beginUndoing,
  claimPurchases,
  concludeUndoing,
  finalisePurchases,
  findPurchases,
  persistTickets,
  refusePurchases,
  voidTickets,
  type ClaimedPurchase,
} from '@box-office/database';
import type { Redis } from 'ioredis';
import type pg from 'pg';

/**
 * Simulates the purchase workflow for tests: the same writes in the same order, without Temporal and payment. A method
 * `pm_decline` is declined. Running the same order twice is safe, as with the real one.
 */
export function createTestWorker(o: { pool: pg.Pool; redis: Redis; inventory: Inventory; publishOutcomes: boolean }) {
  async function run(order: PurchaseOrder): Promise<void> {
    const { purchaseId } = order;
    const claimant = { workflowId: `purchase/${purchaseId}`, runId: 'run' };
    const [claim] = await claimPurchases(o.pool, [order], claimant);
    if (claim?.kind === 'hold_in_use') {
      const { fingerprint } = order;
      const notifications: PurchaseNotification[] = [{ purchaseId, fingerprint, holdInUseBy: claim.usedBy }];
      if (o.publishOutcomes) await o.redis.publish(OUTCOMES_CHANNEL, JSON.stringify(notifications));
      return;
    }
    if (claim?.kind === 'mine') await sell(order, claim);
    await publish(purchaseId, claim?.kind === 'finished' && claim.resumed);
  }

  async function sell(order: PurchaseOrder, claim: ClaimedPurchase): Promise<void> {
    const { purchaseId, eventId, userId } = order;
    const { epoch, version, generation } = claim;
    const reply = await reserve(order, claim);
    const [reserved] = reply.kind === 'done' ? reply.outcomes : [];
    if (reserved?.kind === 'refused' && claim.usesHold) {
      await undo(eventId, claim, { kind: 'refused', ...reserved.refusal });
      return;
    }
    if (reserved?.kind === 'refused') {
      const lapsed = order.holdId !== undefined && { holdLapsed: true as const };
      await refusePurchases(o.pool, [{ purchaseId, epoch, version, refusal: { ...reserved.refusal, ...lapsed } }]);
      return;
    }
    if (reserved?.kind !== 'reserved') throw new Error(`nothing was reserved: ${JSON.stringify(reply)}`);
    if (order.paymentMethod === 'pm_decline') {
      await undo(eventId, claim, { kind: 'declined', reason: 'insufficient_funds' });
      return;
    }
    const persisted = { purchaseId, epoch, generation, authorisationId: 'authorisation', items: reserved.items };
    await persistTickets(o.pool, [persisted]);
    await finalisePurchases(o.pool, [{ purchaseId, epoch }]);
    await o.inventory.confirm(eventId, generation, [{ purchaseId, userId, items: reserved.items }]);
  }

  /** From the hold that the order names if it uses it, else from what is left. */
  async function reserve(order: PurchaseOrder, { epoch, generation, usesHold }: ClaimedPurchase) {
    const { holdId, eventId } = order;
    if (holdId === undefined || !usesHold) return o.inventory.reserve(eventId, generation, [{ ...order, epoch }]);
    return o.inventory.takeOver(eventId, generation, [{ ...order, holdId, epoch }]);
  }

  async function undo(eventId: string, claim: ClaimedPurchase, outcome: PurchaseOutcome): Promise<void> {
    const { purchaseId, epoch } = claim;
    await beginUndoing(o.pool, { purchaseId, epoch, outcome, authorisationId: null });
    const { generation, hold } = await voidTickets(o.pool, claim);
    const to = hold?.status === 'active' && { to: { holdId: hold.holdId, epoch: HOLD_EPOCH, items: hold.items } };
    await o.inventory.release(eventId, generation, [{ purchaseId, epoch, ...to }]);
    await concludeUndoing(o.pool, { purchaseId, epoch });
  }

  async function publish(purchaseId: string, earlier: boolean): Promise<void> {
    const [row] = await findPurchases(o.pool, [purchaseId]);
    if (!o.publishOutcomes || row === undefined || row.outcome === null) return;
    const { fingerprint, outcome } = row;
    const notifications: OutcomeNotification[] = [
      { purchaseId, fingerprint, outcome, ...(earlier && { earlier: true }) },
    ];
    await o.redis.publish(OUTCOMES_CHANNEL, JSON.stringify(notifications));
  }

  return { run };
}
