import { proxyActivities } from '@temporalio/workflow';
import type { AuditActivities } from '../activities/index.js';
import { described } from './summaries.js';

/**
 * Tried for a while: a server that is away is waited for a minute or so. Then the sweep goes on without this step, and the
 * next one tries again. A large event takes its time; heartbeats tell that its worker lives.
 */
export const forAWhile = described(
  proxyActivities<AuditActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s', maximumAttempts: 6 },
  }),
);

/** Tried until done: what somebody asked for and waits for. */
export const untilDone = described(
  proxyActivities<AuditActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  }),
);

/** For what comes again soon anyway: a few tries within half a minute, and a limit to each. */
export const soon = described(
  proxyActivities<AuditActivities>({
    startToCloseTimeout: '2m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 3 },
  }),
);
