import type { FindingKind } from '@box-office/contract';
import {
  decideFindings,
  findOwners,
  recordFindings,
  type FindingDecision,
  type StandingFinding,
} from '@box-office/records';
import type { ReconciliationDeps } from './deps.js';
import { bounded, keysOf, suspicionKey, type Difference, type Repair, type Suspicion } from './difference.js';
import { inMotion } from './in-motion.js';

/** The sweep that something is found in. */
export interface SweepName {
  readonly sweepId: string;
  readonly requestedBy: string;
}

/** A finding whose repair is due. Plain JSON. */
export interface DueRepair {
  readonly findingId: string;
  readonly kind: FindingKind;
  readonly eventId: string | null;
  readonly subject: string;
  readonly repair: Repair;
}

/** What two looks have confirmed. */
export interface Confirmed {
  readonly found: number;
  readonly handedOver: number;
  readonly due: readonly DueRepair[];
}

/**
 * Those of the suspicions that are nobody's work in progress: to be asked before the second look. What was under way then
 * may have come to its end while the stores were read one after the other, and be seen half-way by a look and not after it.
 */
export async function atRest(
  deps: Pick<ReconciliationDeps, 'pool' | 'workflows'>,
  suspicions: readonly Suspicion[],
): Promise<Suspicion[]> {
  const moving = await inMotion(
    deps,
    suspicions.flatMap(({ about }) => about),
  );
  return suspicions.filter(({ about }) => !about.some((id) => moving.has(id)));
}

/**
 * Records the differences that both looks have shown and that are nobody's work in progress. What a machine must not decide
 * is handed over at once; the repairs of the rest are due.
 *
 * @param first what the first look showed, and was at rest before the second one
 */
export async function recordConfirmed(
  deps: ReconciliationDeps,
  sweep: SweepName,
  o: { readonly first: readonly Suspicion[]; readonly second: readonly Difference[] },
): Promise<Confirmed> {
  const suspected = new Set(o.first.map(suspicionKey));
  const seenTwice = distinct(o.second.filter((difference) => suspected.has(suspicionKey(difference))));
  const moving = await inMotion(
    deps,
    seenTwice.flatMap(({ about }) => about),
  );
  const still = bounded(seenTwice.filter(({ about }) => !about.some((id) => moving.has(id))));
  const confirmed = await namingWhoFailed(deps, still);
  const recorded = await recordFindings(deps.pool, sweep, confirmed);

  const byKey = new Map(confirmed.map((difference) => [suspicionKey(difference), difference]));
  const decisions: FindingDecision[] = [];
  const due: DueRepair[] = [];
  for (const { findingId, kind, subject, status } of recorded) {
    const difference = byKey.get(suspicionKey({ kind, subject }));
    if (!difference || status === 'handed_over') continue;
    const { eventId, repair, action } = difference;
    if (repair.do === 'hand_over') decisions.push({ findingId, status: 'handed_over', action });
    else due.push({ findingId, kind, eventId, subject, repair });
  }
  await decideFindings(deps.pool, decisions);
  return { found: recorded.filter(({ isNew }) => isNew).length, handedOver: decisions.length, due };
}

/**
 * Notes that findings which stood are no longer to be seen. One that another sweep is repairing at this moment becomes `repaired`
 * when that one says so.
 *
 * @param standing as they stood before the look: what was recorded during it may be of after the look at it
 */
export async function forgetGone(
  deps: Pick<ReconciliationDeps, 'pool'>,
  standing: readonly StandingFinding[],
  seen: readonly Difference[],
): Promise<void> {
  const stillSeen = keysOf(seen);
  const gone = standing.filter((finding) => !stillSeen.has(suspicionKey(finding)));
  await decideFindings(
    deps.pool,
    gone.map(({ findingId }) => ({ findingId, status: 'gone', action: 'nothing: it is no longer to be seen' })),
  );
}

/**
 * A message is missing either because it got lost after it was published, or because the workflow that is the outbox did
 * not come to its end: then the workflow goes on, for it may not have been the only thing left to do.
 */
async function namingWhoFailed(deps: ReconciliationDeps, differences: readonly Difference[]): Promise<Difference[]> {
  const republished = differences.flatMap(({ repair }) => (repair.do === 'republish' ? [repair.purchaseId] : []));
  const owners = new Map((await findOwners(deps.pool, republished)).map((owned) => [owned.order.purchaseId, owned]));
  const named: Difference[] = [];
  for (const difference of differences) {
    const { repair } = difference;
    const owned = repair.do === 'republish' ? owners.get(repair.purchaseId) : undefined;
    if (!owned || !isOfSale(difference)) {
      named.push(difference);
      continue;
    }
    const { ownerWorkflowId, ownerRunId, order } = owned;
    const state = await deps.workflows.stateOf(ownerWorkflowId, ownerRunId);
    if (state.kind === 'running' || state.completed) {
      named.push(difference);
      continue;
    }
    named.push({
      ...difference,
      cause: `its workflow ${ownerWorkflowId} did not come to its end: ${state.status.toLowerCase()}`,
      action: 'a workflow is to go on with the purchase, which settles and publishes it',
      repair: { do: 'recover', purchaseId: order.purchaseId },
    });
  }
  return named;
}

const isOfSale = ({ expected }: Difference): boolean =>
  typeof expected === 'object' && expected !== null && 'operation' in expected && expected.operation === 'purchase';

function distinct(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.map((difference) => [suspicionKey(difference), difference])).values()];
}
