import { proxyLocalActivities, proxySinks, type Sinks } from '@temporalio/workflow';
import type { NoopKind } from './jobs.js';

export interface NoopSinks extends Sinks {
  noop: { notify(id: string): void };
}
export interface NoopActivities {
  notify(id: string): Promise<void>;
}

const { noop } = proxySinks<NoopSinks>();
const { notify } = proxyLocalActivities<NoopActivities>({ startToCloseTimeout: '4s' });

/** Does nothing except to publish a notification. */
export async function doNothing(id: string, kind: NoopKind): Promise<void> {
  if (kind === 'sink') noop.notify(id);
  else await notify(id);
}
