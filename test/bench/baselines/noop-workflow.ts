import { proxyLocalActivities, proxySinks, type Sinks } from '@temporalio/workflow';
import type { NoopKind } from './jobs.js';

export interface NoopSinks extends Sinks {
  noop: { announce(id: string): void };
}
export interface NoopActivities {
  announce(id: string): Promise<void>;
}

const { noop } = proxySinks<NoopSinks>();
const { announce } = proxyLocalActivities<NoopActivities>({ startToCloseTimeout: '4s' });

/** Does nothing and announces that it ran. */
export async function doNothing(id: string, kind: NoopKind): Promise<void> {
  if (kind === 'sink') noop.announce(id);
  else await announce(id);
}
