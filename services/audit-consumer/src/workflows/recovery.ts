import { mdText, type Markdown, type RecoveryResult } from '@box-office/contract';
import { causeOf } from '@box-office/temporal/workflow';
import { ApplicationFailure, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RunIdentity } from '../reconciliation/confirm-findings.js';
import { shortRetryActivities } from './retry-policies.js';
import { openRunLog } from './run-log.js';

/**
 * Recovers purchases, cancellations and holds whose workflow is closed, also those that left no row yet. It compares
 * nothing and waits for no comparison. A step that fails is logged and skipped; the next run tries it again.
 */
export async function recovery(): Promise<RecoveryResult> {
  const { firstExecutionRunId } = workflowInfo();
  const run: RunIdentity = { reconciliationId: firstExecutionRunId, requestedBy: 'schedule' };
  const previousClosedUntil = closedUntilOfPrevious();
  const log = openRunLog(mdText`### Recovery of work whose workflow is closed`);
  const failures: string[] = [];
  let closedUntil = previousClosedUntil;
  let recovered = 0;

  async function tryStep(what: Markdown, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.append(mdText`**Could not** ${what}: ${causeOf(error)}. The next run tries again.`);
      failures.push(`could not ${what.markdown}: ${causeOf(error)}`);
    }
  }

  function countRecovered(kind: Markdown, count: number): void {
    if (count > 0) log.append(mdText`**Recovered** ${count} ${kind}: their workflow was closed, and they continue.`);
    recovered += count;
  }

  await tryStep(mdText`recover purchases`, async () =>
    countRecovered(mdText`purchases`, await shortRetryActivities.recoverPurchases(run)),
  );
  await tryStep(mdText`recover requests without a row`, async () => {
    const result = await shortRetryActivities.recoverUnclaimed(run, previousClosedUntil);
    ({ closedUntil } = result);
    countRecovered(mdText`requests without a row`, result.recovered);
  });
  await tryStep(mdText`recover cancellations`, async () =>
    countRecovered(mdText`cancellations`, await shortRetryActivities.recoverCancellations(run)),
  );
  await tryStep(mdText`recover holds`, async () =>
    countRecovered(mdText`holds`, await shortRetryActivities.recoverHolds(run)),
  );
  await tryStep(mdText`find stalled work`, async () => {
    const stalled = await shortRetryActivities.findStalled(run);
    if (stalled === 0) return;
    const command = mdText`\`box-office findings --kind stalled\``;
    log.append(
      mdText`${stalled} purchases and cancellations are **stalled**: an operator has to decide. See ${command}.`,
    );
  });
  await tryStep(mdText`close findings of finished work`, () => shortRetryActivities.closeFinishedFindings());
  if (recovered > 0) {
    await tryStep(mdText`record the run`, () => shortRetryActivities.recordRecoveryRun(run, recovered));
  }
  const result: RecoveryResult = { reconciliationId: run.reconciliationId, recovered, closedUntil };
  if (failures.length > 0) {
    log.status('failed');
    throw ApplicationFailure.nonRetryable(failures.join('; '), 'RecoveryIncomplete', result);
  }
  log.status('finished');
  return result;
}

/** How far the Schedule's previous run came, also if another step of it failed. */
function closedUntilOfPrevious(): string | null {
  const { lastResult, lastFailure } = workflowInfo();
  const failed = lastFailure instanceof ApplicationFailure ? lastFailure.details?.[0] : undefined;
  return ((failed ?? lastResult) as RecoveryResult | undefined)?.closedUntil ?? null;
}
