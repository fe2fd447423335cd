import { withSummaries } from '@box-office/temporal/workflow';
import { proxyActivities } from '@temporalio/workflow';
import type { AuditActivities } from '../activities/index.js';
import { SUMMARIES } from './activity-summaries.js';

/**
 * Up to 3 attempts within half a minute, 2 minutes each. For recovery: a step that fails is skipped, because the
 * Schedule starts the next run soon.
 */
export const shortRetryActivities = withSummaries(
  proxyActivities<AuditActivities>({
    startToCloseTimeout: '2m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 3 },
  }),
  SUMMARIES,
);

/**
 * Up to 6 attempts within about a minute, 10 minutes each, because a large event takes long. A step that fails is
 * skipped; the next reconciliation run tries it again. Heartbeats detect a dead worker.
 */
export const boundedRetryActivities = withSummaries(
  proxyActivities<AuditActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s', maximumAttempts: 6 },
  }),
  SUMMARIES,
);

/** Retries until the step succeeds: rebuilds, for which an operator or all buyers wait. */
export const unlimitedRetryActivities = withSummaries(
  proxyActivities<AuditActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  }),
  SUMMARIES,
);
