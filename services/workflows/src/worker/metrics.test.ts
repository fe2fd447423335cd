import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import { createWorkerMetrics, observed } from './metrics.js';

const registry = new Registry();
afterEach(() => registry.clear());

it('tells how long each activity takes, how it ended, and what it answered for each purchase', async () => {
  const load = { numInFlightWorkflowActivations: 2, numInFlightActivities: 3, numCachedWorkflows: 5 };
  const { observe, watch } = createWorkerMetrics(registry);
  watch(() => load);
  const activities = observed(
    {
      reserve: async (ids: readonly string[]) => ids.map(() => ({ kind: 'reserved' })),
      persist: async () => ['persisted'],
      capture: async () => Promise.reject(new Error('the provider is unavailable')),
    },
    observe,
  );
  expect(await activities.reserve(['a', 'b'])).toHaveLength(2);
  await activities.persist();
  await expect(activities.capture()).rejects.toThrow('unavailable');
  const text = await registry.metrics();
  expect(text).toContain('activity_duration_seconds_count{activity="reserve",result="completed"} 1');
  expect(text).toContain('activity_duration_seconds_count{activity="capture",result="failed"} 1');
  expect(text).toContain('activity_outcomes_total{activity="reserve",outcome="reserved"} 2');
  expect(text).toContain('activity_outcomes_total{activity="persist",outcome="persisted"} 1');
  expect(text).toContain('worker_activities_in_flight 3');
  expect(text).toContain('worker_cached_workflows 5');
});
