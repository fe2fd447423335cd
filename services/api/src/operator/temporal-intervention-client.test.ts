import { NEEDS_ATTENTION, type InterventionReport } from '@box-office/contract';
import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { logger } from '../testing/gateway.js';
import { createTemporalInterventionClient } from './temporal-intervention-client.js';

const RUN = { workflowId: 'purchases/a', runId: 'run' };

/** Of a workflow that needs an operator, and answers the query so. Records the runs that are terminated. */
function clientOf(stuck: InterventionReport['stuck']) {
  const terminated: unknown[] = [];
  const described = {
    ...RUN,
    status: { name: 'RUNNING' },
    startTime: new Date(0),
    raw: { pendingActivities: [] },
    typedSearchAttributes: { getAll: () => [{ key: { name: 'PurchaseStatus' }, value: NEEDS_ATTENTION }] },
  };
  const client = {
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
    workflow: {
      getHandle: (workflowId: string, runId?: string) => ({
        describe: async () => described,
        query: async () => ({ stuck, details: '' }),
        terminate: async (reason: string) => terminated.push({ workflowId, runId, reason }),
      }),
    },
  } as unknown as Client;
  return { terminated, interventions: createTemporalInterventionClient({ client, namespace: 'default', logger }) };
}

const tried = { step: 'settle', purchaseIds: ['a'], since: '2026-01-01T00:00:00.000Z' };
const failing = { step: 'capture', purchaseIds: ['b'], since: '2026-01-01T00:01:00.000Z', cause: 'no answer' };

describe('a workflow that needs an operator', () => {
  it('is shown with the step that fails, not with one that is being tried', async () => {
    const { interventions } = clientOf([tried, failing]);
    const { step, since, cause } = failing;
    expect((await interventions.describe(RUN.workflowId))?.stuck).toEqual({ step, since, cause });
  });

  it('is shown with the step that is being tried if none fails any more', async () => {
    const { interventions } = clientOf([tried]);
    const { step, since } = tried;
    expect((await interventions.describe(RUN.workflowId))?.stuck).toEqual({ step, since });
  });
});

it('terminates the run that is named, not a later one', async () => {
  const { interventions, terminated } = clientOf([]);
  expect(await interventions.end(RUN, 'olga: retry')).toBe(true);
  expect(terminated).toEqual([{ ...RUN, reason: 'olga: retry' }]);
});
