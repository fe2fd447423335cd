import { isDeepStrictEqual } from 'node:util';
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
const MAX_RECONCILIATION_MS = 2 * 60 * 60_000;
const MAX_RECOVERY_MS = 10 * 60_000;
const CATCHUP_WINDOW_MS = 60_000;

/** Intervals of the scheduled workflows, in ms; 0 turns a Schedule off. */
export interface Intervals {
  readonly reconciliationEveryMs: number;
  readonly recoveryEveryMs: number;
}

/**
 * Creates or updates the Schedules for reconciliation and recovery; an interval of 0 deletes its Schedule. Of several
 * processes the last one to start decides. A Schedule that an operator paused stays paused. One that is as it should be
 * is not written: an update overwrites a pause of the same moment.
 */
export async function ensureSchedules(client: Client, o: Intervals): Promise<void> {
  const request: ReconciliationRequest = { requestedBy: 'schedule', scope: 'changed' };
  await ensureSchedule(client, RECONCILIATION_SCHEDULE, o.reconciliationEveryMs, {
    workflowType: RECONCILIATION_WORKFLOW,
    workflowId: `${RECONCILIATION_WORKFLOW}/scheduled`,
    args: [request],
    workflowExecutionTimeout: MAX_RECONCILIATION_MS,
    staticSummary: 'Compare the stores and repair what differs',
  });
  await ensureSchedule(client, RECOVERY_SCHEDULE, o.recoveryEveryMs, {
    workflowType: RECOVERY_WORKFLOW,
    workflowId: `${RECOVERY_WORKFLOW}/scheduled`,
    args: [],
    workflowExecutionTimeout: MAX_RECOVERY_MS,
    staticSummary: 'Recover work whose workflow is closed',
  });
}

type Action = Pick<
  ScheduleOptions['action'],
  'workflowType' | 'workflowId' | 'args' | 'workflowExecutionTimeout' | 'staticSummary'
>;

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
  const options = {
    scheduleId,
    spec: { intervals: [{ every: intervalMs }] },
    action: { type: 'startWorkflow', taskQueue: AUDIT_TASK_QUEUE, ...action },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW_MS },
  } satisfies ScheduleOptions;
  try {
    await withTimeout(() => client.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const current = await withTimeout(() => handle.describe());
    if (isDeepStrictEqual(settingsOf(current), settingsOf(options))) return;
    const { scheduleId: _, ...changed } = options;
    await withTimeout(() => handle.update(({ state }) => ({ ...changed, state })));
  }
}

interface Settings {
  readonly spec: { readonly intervals?: readonly { readonly every: unknown }[] };
  readonly action: { readonly [name in keyof Action | 'taskQueue']?: unknown };
  readonly policies: { readonly overlap: unknown; readonly catchupWindow: unknown };
}

/** What `ensureSchedule` sets, of its options or of a description. */
const settingsOf = ({ spec, action, policies }: Settings): unknown[] => [
  spec.intervals?.map(({ every }) => every),
  policies.overlap,
  policies.catchupWindow,
  action.workflowType,
  action.workflowId,
  action.args,
  action.taskQueue,
  action.workflowExecutionTimeout,
  action.staticSummary,
];
