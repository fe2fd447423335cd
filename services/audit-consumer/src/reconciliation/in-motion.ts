import { alonePurchaseWorkflowId, holdWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import { findOwners, findStandingHolds, readMoney, type OwnedPurchase } from '@box-office/records';
import type { ReconciliationDeps } from './deps.js';
import { isOurId } from './difference.js';

type Deps = Pick<ReconciliationDeps, 'pool' | 'workflows'>;

/** Looked at together; each is a call or three to Temporal. */
const AT_ONCE = 8;

/**
 * Those of these purchases and holds at which somebody is at work: with no outcome yet, with a cancellation on its way, or
 * with a workflow that runs. What is found of them may be right again in a moment. The workflow of a hold that stands only
 * waits for its end, for as long as the hold lasts, and moves nothing.
 */
export async function inMotion(deps: Deps, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const distinct = [...new Set(ids)].filter(isOurId);
  const moving = new Set(
    (await readMoney(deps.pool, distinct)).filter(({ underWay }) => underWay).map(({ purchaseId }) => purchaseId),
  );
  const owners = new Map((await findOwners(deps.pool, distinct)).map((owned) => [owned.order.purchaseId, owned]));
  const standing = await findStandingHolds(deps.pool, distinct);
  await eachOf(
    distinct.filter((id) => !moving.has(id) && !standing.has(id)),
    async (id) => {
      if (await isWorkedOn(deps, id, owners.get(id))) moving.add(id);
    },
  );
  return moving;
}

/** Whether a workflow of this id runs: its owner, the one that it may go on in, or one that has not claimed it yet. */
async function isWorkedOn({ workflows }: Deps, id: string, owned: OwnedPurchase | undefined): Promise<boolean> {
  const candidates = owned
    ? [owned.ownerWorkflowId, alonePurchaseWorkflowId(id)]
    : [purchaseWorkflowId(id), alonePurchaseWorkflowId(id), holdWorkflowId(id)];
  for (const workflowId of new Set(candidates)) {
    if ((await workflows.stateOf(workflowId)).kind === 'running') return true;
  }
  return false;
}

/** Runs a few at a time. The first failure ends it. */
export async function eachOf<T>(list: readonly T[], handle: (element: T) => Promise<void>): Promise<void> {
  const waiting = list.values();
  const worker = async (): Promise<void> => {
    for (const element of waiting) await handle(element);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, list.length) }, worker));
}
