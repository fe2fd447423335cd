import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import { expect, it } from 'vitest';
import { causeOf } from './failure-cause.js';

it('the cause of a failed child workflow is that of the activity that failed in it', () => {
  const refused = ApplicationFailure.nonRetryable('the ledger is locked\nat line 1');
  const activity = new ActivityFailure(
    'Activity task failed',
    'check',
    '1',
    'NON_RETRYABLE_FAILURE',
    'worker',
    refused,
  );
  const child = new ChildWorkflowFailure(
    'default',
    { workflowId: 'w', runId: 'r' },
    'check',
    'MAXIMUM_ATTEMPTS_REACHED',
    activity,
  );
  expect([activity, child].map(causeOf)).toEqual(['the ledger is locked', 'the ledger is locked']);
});
