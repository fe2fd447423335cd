import { withSummaries } from '@box-office/temporal/workflow';
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { BoxOfficeActivities } from './activities.js';
import { SUMMARIES } from './activity-summaries.js';

/**
 * While the buyer waits: local activities, recorded with the workflow task that runs them, so that a purchase costs few
 * tasks. A few quick attempts, then the step continues as a regular activity.
 */
export const localActivities = withSummaries(
  proxyLocalActivities<BoxOfficeActivities>({
    startToCloseTimeout: '4s',
    scheduleToCloseTimeout: '6s',
    retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '1s', maximumAttempts: 3 },
  }),
  SUMMARIES,
);

/** The fast path: one attempt. It returns a second before this limit; both count from its start. */
export const fastPathActivity = withSummaries(
  proxyLocalActivities<BoxOfficeActivities>({
    startToCloseTimeout: '4s',
    retry: { maximumAttempts: 1 },
  }),
  SUMMARIES,
);

/**
 * What both durable policies share: regular activities, which the Temporal UI shows pending with their last failure. They
 * heartbeat, so that the death of a worker is noticed within seconds.
 */
const DURABLE = { startToCloseTimeout: '60s', heartbeatTimeout: '5s' } as const;

/** The first five attempts, with about seven seconds of backoff in total. Then the workflow learns the cause. */
export const boundedRetryActivities = withSummaries(
  proxyActivities<BoxOfficeActivities>({
    ...DURABLE,
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
  }),
  SUMMARIES,
);

/** Until it succeeds, with backoff. */
export const unlimitedRetryActivities = withSummaries(
  proxyActivities<BoxOfficeActivities>({
    ...DURABLE,
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
  }),
  SUMMARIES,
);
