import {
  AUDIT_TASK_QUEUE,
  RECONCILIATION_SCHEDULE,
  RECONCILIATION_WORKFLOW,
  type ReconciliationRequest,
} from '@box-office/contract';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';

const CALL_TIMEOUT_MS = 10_000;
/** A sweep that came to nothing must not keep the schedule from starting the next one. */
const LONGEST_SWEEP = '2 hours';

/**
 * Sees to it that Temporal starts a sweep every so often, as this process is configured; 0 ends that. Of several processes
 * the last one to start decides. Whether an operator has paused the schedule stays as it is.
 */
export async function ensureSchedule(client: Client, everyMs: number): Promise<void> {
  const inTime = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
  const handle = client.schedule.getHandle(RECONCILIATION_SCHEDULE);
  if (everyMs === 0) {
    await inTime(() => handle.delete()).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    return;
  }
  const options = scheduleOptions(everyMs);
  try {
    await inTime(() => client.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await inTime(() => handle.update(({ state }) => ({ spec, action, state, ...(policies && { policies }) })));
  }
}

function scheduleOptions(everyMs: number): ScheduleOptions {
  const request: ReconciliationRequest = { requestedBy: 'schedule', scope: 'changed' };
  return {
    scheduleId: RECONCILIATION_SCHEDULE,
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: RECONCILIATION_WORKFLOW,
      workflowId: `${RECONCILIATION_WORKFLOW}/scheduled`,
      taskQueue: AUDIT_TASK_QUEUE,
      args: [request],
      workflowExecutionTimeout: LONGEST_SWEEP,
      staticSummary: 'Compares the stores, and puts right what differs',
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  };
}
