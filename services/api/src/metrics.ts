import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The gateway's figures for Prometheus, in a registry of their own so that two gateways may live in one test process. */
export interface GatewayMetrics {
  readonly registry: Registry;
  /** One answered request. `route` is the endpoint's path with its parameters unfilled. */
  answered(method: string, route: string, status: number, durationMs: number): void;
  /** How a purchase ended for its caller: an outcome's kind, `open`, `unavailable`… */
  purchase(result: string): void;
  /** So many purchases went into one workflow; Temporal took so long to accept it. */
  group(size: number, startMs: number): void;
  /** How a wish to hold tickets ended for its caller. */
  hold(result: string): void;
  /** How the start of a purchase was received by Temporal. */
  start(result: string): void;
}

/** A count of what waits for a person is good for so long, however often it is asked for. */
const ATTENTION_FRESH_MS = 5_000;

/**
 * @param o.waiting counts the requests that wait for an outcome at this moment
 * @param o.queued counts those among them whose purchase waits for its group
 * @param o.needingAttention counts the workflows that wait for a person, as Temporal knows them
 */
export function createMetrics(o: {
  waiting: () => number;
  queued: () => number;
  registry?: Registry;
  needingAttention?: () => Promise<number>;
  processMetrics?: boolean;
}): GatewayMetrics {
  const registry = o.registry ?? new Registry();
  if (o.processMetrics ?? false) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const purchases = new Counter({
    name: 'purchase_answers_total',
    help: 'Answers to purchase requests by result',
    labelNames: ['result'] as const,
    registers,
  });
  const holds = new Counter({
    name: 'hold_answers_total',
    help: 'Answers to requests for holds by result',
    labelNames: ['result'] as const,
    registers,
  });
  const starts = new Counter({
    name: 'purchase_workflow_starts_total',
    help: 'Purchases sent to their workflow by what came of it',
    labelNames: ['result'] as const,
    registers,
  });
  new Gauge({
    name: 'purchases_waiting',
    help: 'Requests that wait for the outcome of their purchase',
    registers,
    collect() {
      this.set(o.waiting());
    },
  });
  new Gauge({
    name: 'purchases_queued',
    help: 'Purchases that wait for their group',
    registers,
    collect() {
      this.set(o.queued());
    },
  });
  if (o.needingAttention) watchAttention(registry, o.needingAttention);
  const groups = new Histogram({
    name: 'purchase_group_size',
    help: 'Purchases in one workflow',
    buckets: [1, 2, 5, 10, 20, 35, 49, 50],
    registers,
  });
  const groupStarts = new Histogram({
    name: 'purchase_workflow_start_seconds',
    help: 'Time that the start of one workflow takes',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
    registers,
  });
  return {
    registry,
    group(size, startMs) {
      groups.observe(size);
      groupStarts.observe(startMs / 1_000);
    },
    answered: (method, route, status, durationMs) => duration.observe({ method, route, status }, durationMs / 1_000),
    purchase: (result) => purchases.inc({ result }),
    hold: (result) => holds.inc({ result }),
    start: (result) => starts.inc({ result }),
  };
}

/** One figure for the whole installation, the same at every gateway; not a number while Temporal does not tell. */
function watchAttention(registry: Registry, count: () => Promise<number>): void {
  let counted: Promise<number> | undefined;
  let countedMs = 0;
  new Gauge({
    name: 'workflows_needing_attention',
    help: 'Open purchases, cancellations and holds that wait for a person; alike at every gateway, NaN if not known',
    registers: [registry],
    async collect() {
      if (counted === undefined || Date.now() - countedMs >= ATTENTION_FRESH_MS) {
        countedMs = Date.now();
        counted = count().catch(() => Number.NaN);
      }
      this.set(await counted);
    },
  });
}
