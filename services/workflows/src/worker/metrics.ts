import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Called after each activity call, inside of the fast path too. `outcomes` are the kinds that it answered, one per purchase. */
export type ObserveActivity = (
  activity: string,
  result: 'completed' | 'failed',
  durationMs: number,
  outcomes: readonly string[],
) => void;

/** As far as the worker's status is shown. */
interface WorkerLoad {
  readonly numInFlightWorkflowActivations: number;
  readonly numInFlightActivities: number;
  readonly numCachedWorkflows: number;
}

export interface WorkerMetrics {
  readonly observe: ObserveActivity;
  /** From now on the gauges show the load of this worker. */
  watch(load: () => WorkerLoad): void;
}

/** The worker's figures for Prometheus. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  let load: (() => WorkerLoad) | undefined;
  const registers = [registry];
  const durations = new Histogram({
    name: 'activity_duration_seconds',
    help: 'Time that one call of an activity takes, by activity and whether it failed',
    labelNames: ['activity', 'result'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const outcomes = new Counter({
    name: 'activity_outcomes_total',
    help: 'Outcomes that activities answered, one per purchase, hold or cancellation',
    labelNames: ['activity', 'outcome'] as const,
    registers,
  });
  const gauges = [
    ['worker_workflow_tasks_in_flight', 'Workflow tasks at work', 'numInFlightWorkflowActivations'],
    ['worker_activities_in_flight', 'Activities at work, local ones included', 'numInFlightActivities'],
    ['worker_cached_workflows', 'Workflows kept in memory between their tasks', 'numCachedWorkflows'],
  ] as const;
  for (const [name, help, field] of gauges) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(load?.()[field] ?? 0);
      },
    });
  }
  return {
    watch: (current) => void (load = current),
    observe(activity, result, durationMs, kinds) {
      durations.observe({ activity, result }, durationMs / 1_000);
      for (const outcome of kinds) outcomes.inc({ activity, outcome });
    },
  };
}

type Activities = Readonly<Record<string, (...input: never[]) => Promise<unknown>>>;

/** The same activities, each call observed. */
export function observed<A extends Activities>(activities: A, observe: ObserveActivity): A {
  const entries = Object.entries(activities).map(([name, run]) => [
    name,
    async (...input: never[]) => {
      const startedMs = performance.now();
      try {
        const answer = await run(...input);
        observe(name, 'completed', performance.now() - startedMs, kindsOf(answer));
        return answer;
      } catch (error) {
        observe(name, 'failed', performance.now() - startedMs, []);
        throw error;
      }
    },
  ]);
  return Object.fromEntries(entries) as A;
}

/** Answers are lists of texts, or of objects with a `kind`; what else an activity answers is not counted. */
function kindsOf(answer: unknown): string[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((one: unknown) => {
    if (typeof one === 'string') return [one];
    const kind = typeof one === 'object' && one !== null && 'kind' in one ? one.kind : undefined;
    return typeof kind === 'string' ? [kind] : [];
  });
}
