import { unknownState, type PurchaseOutcome, type PurchaseRefusal } from '@box-office/contract';
import { claimedAt } from './activity-inputs.js';
import { compensate } from './compensation.js';
import { idsOf, type PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';
import { UNDOS } from './steps.js';

export type Refusals = Map<PurchaseInProgress, PurchaseRefusal>;

/** Records the refusals of purchases that have taken nothing. */
export async function refuse(run: PurchaseRun, refusals: Refusals): Promise<void> {
  if (refusals.size === 0) return;
  const refused = [...refusals];
  const requests = refused.map(([purchase, refusal]) => {
    const { claim, order } = purchase;
    return { ...claimedAt(purchase), version: claim.version, fingerprint: order.fingerprint, refusal };
  });
  const results = await run.activities.withFastRetries(idsOf([...refusals.keys()]), 'refuse', requests);
  const finished: PurchaseInProgress[] = [];
  for (const [index, [purchase, refusal]] of refused.entries()) {
    const { purchaseId } = purchase.order;
    const result = results[index];
    if (!result) throw new Error(`the refusal of purchase ${purchaseId} was not answered`);
    switch (result) {
      case 'refused':
        run.list.finish(purchaseId, { kind: 'refused' });
        break;
      case 'undoing':
        compensateEverything(run, purchase, { kind: 'refused', ...refusal });
        break;
      case 'superseded':
        run.list.continueElsewhere(purchaseId);
        break;
      case 'finished':
        finished.push(purchase);
        break;
      default:
        unknownState(`the refusal of purchase ${purchaseId}`, result);
    }
  }
  await readOutcomes(run, finished);
}

/** Purchases that an earlier attempt of this run, given up as lost, brought to their outcome, or was undoing. */
export async function readOutcomes(run: PurchaseRun, finished: readonly PurchaseInProgress[]): Promise<void> {
  if (finished.length === 0) return;
  const orders = finished.map(({ order }) => order);
  const claims = await run.activities.withFastRetries(idsOf(finished), 'claim', orders);
  for (const [index, purchase] of finished.entries()) {
    const { purchaseId } = purchase.order;
    const claim = claims[index];
    if (claim?.kind === 'finished' && claim.mine) run.list.finish(purchaseId, claim.outcome);
    else if (claim?.kind === 'finished' || claim?.kind === 'elsewhere') run.list.continueElsewhere(purchaseId);
    else if (claim?.kind === 'mine' && claim.undoOutcome) compensateEverything(run, purchase, claim.undoOutcome);
    else throw new Error(`purchase ${purchaseId} has its outcome, and its claim is ${claim?.kind ?? 'missing'}`);
  }
}

/** An earlier attempt of this run may have taken any step. */
function compensateEverything(run: PurchaseRun, purchase: PurchaseInProgress, outcome: PurchaseOutcome): void {
  for (const undo of UNDOS) purchase.toUndo.add(undo);
  compensate(run, purchase, outcome);
}
