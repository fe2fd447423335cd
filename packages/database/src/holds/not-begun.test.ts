import { randomUUID } from 'node:crypto';
import { detachedPurchaseWorkflowId, type PurchaseOrder } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimPurchases } from '../purchases/claim.js';
import { endHold } from './end.js';
import { idOf, openHoldFixture, type Buying, type HoldFixture } from './testing/hold-fixture.js';

let fixture: HoldFixture;

beforeAll(async () => {
  fixture = await openHoldFixture(1_000);
});

afterAll(() => fixture.close());

let serial = 1;
const held = async (): Promise<string> => idOf(await fixture.hold([serial++]));

/** A hold that a purchase uses. */
async function inUse(): Promise<{ holdId: string; user: Buying }> {
  const holdId = await held();
  return { holdId, user: await fixture.claim(1, { holdId }) };
}

/** The claims of a workflow for a list of purchases; reset runs name its first run. */
function listOf(orders: readonly PurchaseOrder[]) {
  const claimant = { workflowId: `purchases/${randomUUID()}`, firstRunId: `1 ${randomUUID()}` };
  const claim = (runId = claimant.firstRunId) => claimPurchases(fixture.pool, orders, { ...claimant, runId });
  /** A purchase of the list that the workflow's first run has claimed continues in a workflow of its own. */
  const detach = async (order: PurchaseOrder) => {
    const handOver = { fromWorkflowId: claimant.workflowId, fromRunId: claimant.firstRunId, epoch: 1 };
    const detached = { workflowId: detachedPurchaseWorkflowId(order.purchaseId), runId: 'detached', handOver };
    expect(await claimPurchases(fixture.pool, [order], detached)).toMatchObject([{ kind: 'mine', epoch: 2 }]);
  };
  return { claim, detach };
}

describe('a purchase that was not begun because another one used its hold', () => {
  it('is not begun when a reset run of the same list claims it again', async () => {
    const { holdId, user } = await inUse();
    const orders = [fixture.order(1), fixture.order(1, { holdId })];
    const notBegun = { kind: 'hold_in_use', usedBy: user.order.purchaseId };
    const { claim } = listOf(orders);
    expect(await claim()).toMatchObject([{ kind: 'mine' }, notBegun]);
    await fixture.undo(user);
    for (const runId of [undefined, '2']) expect(await claim(runId)).toMatchObject([{ kind: 'mine' }, notBegun]);
    await endHold(fixture.pool, holdId, 'released');
    expect(await claim('3')).toMatchObject([{ kind: 'mine' }, notBegun]);
    // The buyer's repeated request starts another workflow.
    expect(await fixture.ask(orders[1] ?? fixture.order(1))).toMatchObject({ kind: 'mine', usesHold: false });
  });

  it('is not begun by a reset run either when the others of the list are detached', async () => {
    const { holdId, user } = await inUse();
    const [other, named] = [fixture.order(1), fixture.order(1, { holdId })];
    const notBegun = { kind: 'hold_in_use', usedBy: user.order.purchaseId };
    const { claim, detach } = listOf([other, named]);
    expect(await claim()).toMatchObject([{ kind: 'mine' }, notBegun]);
    await detach(other);
    await fixture.undo(user);
    expect(await claim('2')).toMatchObject([{ kind: 'elsewhere' }, notBegun]);
  });
});

describe('a hold that is free again', () => {
  it('is used by a purchase whose list repeats another one that continues detached from an earlier list', async () => {
    const { holdId, user } = await inUse();
    const repeated = fixture.order(1);
    const earlier = listOf([repeated]);
    await earlier.claim();
    await earlier.detach(repeated);
    await fixture.undo(user);
    const { claim } = listOf([repeated, fixture.order(1, { holdId })]);
    expect(await claim()).toMatchObject([{ kind: 'elsewhere' }, { kind: 'mine', usesHold: true }]);
  });
});
