import { proxyActivities } from '@temporalio/workflow';

const { anotherActivity } = proxyActivities<{ anotherActivity(): Promise<void> }>({ startToCloseTimeout: '1 hour' });

/** Has the name of a workflow of ours and other commands: today's code cannot continue its history. */
export const cancellation = (): Promise<void> => anotherActivity();
