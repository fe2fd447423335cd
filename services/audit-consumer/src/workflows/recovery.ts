import { mdText, type RecoveryResult } from '@box-office/contract';
import { ApplicationFailure, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { SweepName } from '../reconciliation/recording.js';
import { soon } from './policies.js';
import { causeOf, openStory } from './story.js';

/**
 * Has go on what was left behind: purchases, cancellations and holds whose workflow is gone, also those that left no row yet.
 * It compares nothing and waits for no comparison. A step that cannot be taken is left to the next run; the others are taken.
 */
export async function recovery(): Promise<RecoveryResult> {
  const { firstExecutionRunId, lastResult } = workflowInfo();
  const sweep: SweepName = { sweepId: firstExecutionRunId, requestedBy: 'schedule' };
  const before = (lastResult as RecoveryResult | undefined)?.closedUntil ?? null;
  const story = openStory(mdText`### Has go on what lost its workflow`);
  const failures: string[] = [];
  let closedUntil = before;
  let recovered = 0;

  async function take(what: string, step: () => Promise<number>): Promise<void> {
    try {
      const found = await step();
      if (found > 0) story.tell(mdText`${found} ${what} had lost their workflow and **go on** again.`);
      recovered += found;
    } catch (error) {
      if (isCancellation(error)) throw error;
      story.tell(mdText`**Could not** look for ${what}: ${causeOf(error)}. The next run tries again.`);
      failures.push(`could not look for ${what}: ${causeOf(error)}`);
    }
  }

  await take('purchases', () => soon.recoverPurchases(sweep));
  await take('requests without a row', async () => {
    const look = await soon.recoverUnclaimed(sweep, before);
    ({ closedUntil } = look);
    return look.recovered;
  });
  await take('cancellations', () => soon.recoverCancellations(sweep));
  await take('holds', () => soon.recoverHolds(sweep));
  await take('what stands still', async () => {
    const stalled = await soon.findStalled(sweep);
    if (stalled > 0)
      story.tell(mdText`${stalled} **stand still** although a workflow is open for them: a person is to decide.`);
    return 0;
  });
  await take('findings that are gone', async () => {
    await soon.closeRecovered();
    return 0;
  });
  if (recovered > 0) await take('its record', () => soon.recordRecovery(sweep, recovered).then(() => 0));
  // A failed run hands nothing on to the next: where the look for rows failed, all is looked at again then.
  if (failures.length > 0 && closedUntil === before) {
    story.status('failed');
    throw ApplicationFailure.nonRetryable(failures.join('; '), 'RecoveryIncomplete');
  }
  story.status('finished');
  return { sweepId: sweep.sweepId, recovered, closedUntil };
}
