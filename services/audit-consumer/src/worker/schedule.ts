import {
  AUDIT_TASK_QUEUE,
  RECONCILIATION_SCHEDULE,
  RECONCILIATION_WORKFLOW,
  RECOVERY_SCHEDULE,
  RECOVERY_WORKFLOW,
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
/** Execution timeouts: a run that hangs must not keep the Schedule from starting the next one. */
const MAX_RECONCILIATION_TIME = '2 hours';
const MAX_RECOVERY_TIME = '10 minutes';

/** Intervals of the scheduled workflows, in ms; 0 turns a Schedule off. */
export interface Intervals {
  readonly reconciliationEveryMs: number;
  readonly recoveryEveryMs: number;
}

/**
 * Creates or updates the Schedules for reconciliation and recovery; an interval of 0 deletes its Schedule. Of several
 * processes the last one to start decides. A Schedule that an operator paused stays paused.
 */
export async function ensureSchedules(client: Client, o: Intervals): Promise<void> {
  const request: ReconciliationRequest = { requestedBy: 'schedule', scope: 'changed' };
  await ensureSchedule(client, RECONCILIATION_SCHEDULE, o.reconciliationEveryMs, {
    workflowType: RECONCILIATION_WORKFLOW,
    workflowId: `${RECONCILIATION_WORKFLOW}/scheduled`,
    args: [request],
    workflowExecutionTimeout: MAX_RECONCILIATION_TIME,
    staticSummary: 'Compare the stores and repair what differs',
  });
  await ensureSchedule(client, RECOVERY_SCHEDULE, o.recoveryEveryMs, {
    workflowType: RECOVERY_WORKFLOW,
    workflowId: `${RECOVERY_WORKFLOW}/scheduled`,
    args: [],
    workflowExecutionTimeout: MAX_RECOVERY_TIME,
    staticSummary: 'Recover work whose workflow is closed',
  });
}

type Action = Omit<ScheduleOptions['action'], 'type' | 'taskQueue'>;

async function ensureSchedule(client: Client, scheduleId: string, intervalMs: number, action: Action): Promise<void> {
  const withTimeout = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
  const handle = client.schedule.getHandle(scheduleId);
  if (intervalMs === 0) {
    await withTimeout(() => handle.delete()).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    return;
  }
  const options: ScheduleOptions = {
    scheduleId,
    spec: { intervals: [{ every: intervalMs }] },
    action: { type: 'startWorkflow', taskQueue: AUDIT_TASK_QUEUE, ...action },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  };
  try {
    await withTimeout(() => client.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, policies } = options;
    await withTimeout(() =>
      handle.update(({ state }) => ({ spec, action: options.action, state, ...(policies && { policies }) })),
    );
  }
}
