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
/** A run that came to nothing must not keep the schedule from starting the next one. */
const LONGEST_SWEEP = '2 hours';
const LONGEST_RECOVERY = '10 minutes';

/** How often the workflows come by themselves, in ms; 0 for never. */
export interface Intervals {
  readonly reconciliationEveryMs: number;
  readonly recoveryEveryMs: number;
}

/**
 * Sees to it that Temporal starts sweeps and recoveries every so often, as this process is configured; 0 ends that. Of several
 * processes the last one to start decides. Whether an operator has paused a schedule stays as it is.
 */
export async function ensureSchedules(client: Client, o: Intervals): Promise<void> {
  const request: ReconciliationRequest = { requestedBy: 'schedule', scope: 'changed' };
  await ensureSchedule(client, RECONCILIATION_SCHEDULE, o.reconciliationEveryMs, {
    workflowType: RECONCILIATION_WORKFLOW,
    workflowId: `${RECONCILIATION_WORKFLOW}/scheduled`,
    args: [request],
    workflowExecutionTimeout: LONGEST_SWEEP,
    staticSummary: 'Compares the stores, and puts right what differs',
  });
  await ensureSchedule(client, RECOVERY_SCHEDULE, o.recoveryEveryMs, {
    workflowType: RECOVERY_WORKFLOW,
    workflowId: `${RECOVERY_WORKFLOW}/scheduled`,
    args: [],
    workflowExecutionTimeout: LONGEST_RECOVERY,
    staticSummary: 'Has go on what lost its workflow',
  });
}

type Action = Omit<ScheduleOptions['action'], 'type' | 'taskQueue'>;

async function ensureSchedule(client: Client, scheduleId: string, everyMs: number, action: Action): Promise<void> {
  const inTime = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
  const handle = client.schedule.getHandle(scheduleId);
  if (everyMs === 0) {
    await inTime(() => handle.delete()).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    return;
  }
  const options: ScheduleOptions = {
    scheduleId,
    spec: { intervals: [{ every: everyMs }] },
    action: { type: 'startWorkflow', taskQueue: AUDIT_TASK_QUEUE, ...action },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  };
  try {
    await inTime(() => client.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, policies } = options;
    await inTime(() =>
      handle.update(({ state }) => ({ spec, action: options.action, state, ...(policies && { policies }) })),
    );
  }
}
