import type { FindingKind } from '@box-office/contract';
import {
  decideFindings,
  findOwners,
  recordFindings,
  type FindingDecision,
  type ActiveFinding,
} from '@box-office/database';
import type { ReconciliationDeps } from './deps.js';
import {
  bounded,
  keysOf,
  discrepancyKey,
  isUnpublishedMessage,
  type CandidateDiscrepancy,
  type Discrepancy,
  type Repair,
} from './discrepancy.js';
import { findInProgress } from './in-progress.js';

/** Identifies a reconciliation or recovery run. */
export interface RunIdentity {
  readonly reconciliationId: string;
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

/** What both checks showed. */
export interface ConfirmedDiscrepancies {
  /** New findings. */
  readonly found: number;
  readonly handedOver: number;
  readonly due: readonly DueRepair[];
  /** Events that could not be checked a second time. */
  readonly failures?: readonly { readonly eventId: string; readonly failure: string }[];
}

/**
 * Returns the discrepancies that are quiescent: none of their purchases and holds is in progress. Called before the
 * second check too, because work that ends while the stores are read one after the other can look half done in that
 * check.
 */
export async function onlyQuiescent<T extends CandidateDiscrepancy>(
  deps: Pick<ReconciliationDeps, 'pool' | 'workflows' | 'idleMs' | 'stalledMs'>,
  discrepancies: readonly T[],
): Promise<T[]> {
  const idsOf = (some: readonly T[]): string[] => some.flatMap(({ relatedIds }) => relatedIds);
  const ofOthers = await findInProgress(deps, idsOf(discrepancies.filter((one) => !isUnpublishedMessage(one))));
  // A message that is published twice is applied once: it need not wait for a workflow that publishes nothing.
  const ofMessages = await findInProgress(deps, idsOf(discrepancies.filter(isUnpublishedMessage)), {
    unlessStalled: true,
  });
  return discrepancies.filter((one) => {
    const inProgress = isUnpublishedMessage(one) ? ofMessages : ofOthers;
    return !one.relatedIds.some((id) => inProgress.has(id));
  });
}

/**
 * Records the discrepancies that both checks showed and that are quiescent. Those without an automatic repair are
 * handed over to an operator at once; the repairs of the others are due.
 *
 * @param o.first candidates of the first check that were quiescent before the second one
 */
export async function confirmDiscrepancies(
  deps: ReconciliationDeps,
  run: RunIdentity,
  o: { readonly first: readonly CandidateDiscrepancy[]; readonly second: readonly Discrepancy[] },
): Promise<ConfirmedDiscrepancies> {
  const firstKeys = new Set(o.first.map(discrepancyKey));
  const seenTwice = distinct(o.second.filter((discrepancy) => firstKeys.has(discrepancyKey(discrepancy))));
  const confirmed = await preferRecovery(deps, bounded(await onlyQuiescent(deps, seenTwice)));
  const recorded = await recordFindings(deps.pool, run, confirmed);

  const byKey = new Map(confirmed.map((discrepancy) => [discrepancyKey(discrepancy), discrepancy]));
  const decisions: FindingDecision[] = [];
  const due: DueRepair[] = [];
  for (const { findingId, kind, subject, status } of recorded) {
    const discrepancy = byKey.get(discrepancyKey({ kind, subject }));
    if (!discrepancy || status === 'handed_over') continue;
    const { eventId, repair, action } = discrepancy;
    if (repair.kind === 'hand_over') decisions.push({ findingId, status: 'handed_over', action });
    else due.push({ findingId, kind, eventId, subject, repair });
  }
  await decideFindings(deps.pool, decisions);
  return { found: recorded.filter(({ isNew }) => isNew).length, handedOver: decisions.length, due };
}

/**
 * Closes active findings that a check no longer shows. A finding that another run repairs at this moment becomes
 * `repaired` when that run says so.
 *
 * @param active read before the check: a finding that was recorded during the check may be newer than what it read
 */
export async function closeGoneFindings(
  deps: Pick<ReconciliationDeps, 'pool'>,
  active: readonly ActiveFinding[],
  discrepancies: readonly Discrepancy[],
): Promise<void> {
  const shown = keysOf(discrepancies);
  const gone = active.filter((finding) => !shown.has(discrepancyKey(finding)));
  await decideFindings(
    deps.pool,
    gone.map(({ findingId }) => ({ findingId, status: 'gone', action: 'none: a later check no longer shows it' })),
  );
}

/**
 * A sale's message is missing because it was lost after publishing, or because the purchase's workflow, which is its
 * outbox, did not complete. In the second case the workflow has to be recovered, because more steps may be left.
 */
async function preferRecovery(deps: ReconciliationDeps, discrepancies: readonly Discrepancy[]): Promise<Discrepancy[]> {
  const purchaseIds = discrepancies.flatMap(({ repair }) => (repair.kind === 'republish' ? [repair.purchaseId] : []));
  const owners = new Map((await findOwners(deps.pool, purchaseIds)).map((owned) => [owned.order.purchaseId, owned]));
  const result: Discrepancy[] = [];
  for (const discrepancy of discrepancies) {
    const { repair } = discrepancy;
    const owned = repair.kind === 'republish' ? owners.get(repair.purchaseId) : undefined;
    if (!owned || !isOfSale(discrepancy)) {
      result.push(discrepancy);
      continue;
    }
    const { ownerWorkflowId, ownerRunId, order } = owned;
    const state = await deps.workflows.stateOf(ownerWorkflowId, ownerRunId);
    if (state.kind === 'running' || state.completed) {
      result.push(discrepancy);
      continue;
    }
    result.push({
      ...discrepancy,
      cause: `workflow ${ownerWorkflowId} did not complete: ${state.status.toLowerCase()}`,
      action: 'continue the purchase in a new workflow, which publishes the message',
      repair: { kind: 'recover', purchaseId: order.purchaseId },
    });
  }
  return result;
}

const isOfSale = ({ expected }: Discrepancy): boolean =>
  typeof expected === 'object' && expected !== null && 'operation' in expected && expected.operation === 'purchase';

function distinct(discrepancies: readonly Discrepancy[]): Discrepancy[] {
  return [...new Map(discrepancies.map((discrepancy) => [discrepancyKey(discrepancy), discrepancy])).values()];
}
