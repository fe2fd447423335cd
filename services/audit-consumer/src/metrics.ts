import type { BatchConsumer, BatchReport } from '@box-office/messaging';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What housekeeping reports. */
export interface HousekeepingMetrics {
  /** Counts refused and failed purchases, and ended holds, that entered the statistics. */
  outcomesCounted(purchases: number, holds: number): void;
  /** Sets how many purchases and cancellations are stalled: unchanged for long while a workflow is open for them. */
  stalled(count: number): void;
  /** Sets whether every expired partition of the audit log passed verification. */
  auditLogVerified(isIntact: boolean): void;
}

/** The Prometheus metrics of this process. */
export interface ConsumerMetrics extends HousekeepingMetrics {
  readonly registry: Registry;
  /** Counts a batch that is committed and acknowledged. */
  readonly batch: (report: BatchReport) => void;
  /** Reads the state of this consumer at each scrape. */
  watch(queue: string, consumer: BatchConsumer): void;
}

/** Registers nothing globally, so that two consumers can run in one test process. */
export function createMetrics(o: { processMetrics: boolean }): ConsumerMetrics {
  const registry = new Registry();
  if (o.processMetrics) collectDefaultMetrics({ register: registry });
  const consumers = new Map<string, BatchConsumer>();
  registerConsumerGauges(registry, consumers);
  return {
    registry,
    ...registerHousekeepingMetrics(registry),
    batch: registerBatchMetrics(registry),
    watch: (queue, consumer) => void consumers.set(queue, consumer),
  };
}

function registerBatchMetrics(registry: Registry): (report: BatchReport) => void {
  const registers = [registry];
  const acknowledged = new Counter({
    name: 'messages_acknowledged_total',
    help: 'Messages that were acknowledged, parked ones included',
    labelNames: ['queue'] as const,
    registers,
  });
  const parked = new Counter({
    name: 'messages_parked_total',
    help: 'Messages that were moved to the dead letters or to a retry queue, by reason',
    labelNames: ['queue', 'to', 'reason'] as const,
    registers,
  });
  const batchSize = new Histogram({
    name: 'message_batch_size',
    help: 'Messages committed in one transaction',
    labelNames: ['queue'] as const,
    buckets: [1, 2, 5, 10, 25, 50, 100, 250],
    registers,
  });
  const lag = new Histogram({
    name: 'message_lag_seconds',
    help: 'Time from publishing a message to its commit',
    labelNames: ['queue'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
    registers,
  });
  return ({ queue, acknowledged: count, retried, dead, lagsMs }) => {
    acknowledged.inc({ queue }, count);
    batchSize.observe({ queue }, count);
    for (const reason of dead) parked.inc({ queue, to: 'dead_letters', reason });
    for (const reason of retried) parked.inc({ queue, to: 'retry', reason });
    for (const lagMs of lagsMs) lag.observe({ queue }, lagMs / 1_000);
  };
}

function registerConsumerGauges(registry: Registry, consumers: ReadonlyMap<string, BatchConsumer>): void {
  const registers = [registry];
  new Gauge({
    name: 'oldest_message_age_seconds',
    help: 'Age of the oldest message that is delivered and not acknowledged; 0 if there is none',
    labelNames: ['queue'] as const,
    registers,
    collect() {
      for (const [queue, consumer] of consumers) this.set({ queue }, consumer.lagMs() / 1_000);
    },
  });
  new Gauge({
    name: 'messages_waiting',
    help: 'Messages in the queue that are not delivered yet; absent while the broker is unavailable',
    labelNames: ['queue'] as const,
    registers,
    async collect() {
      this.reset();
      for (const [queue, consumer] of consumers) {
        const waiting = await consumer.waiting();
        if (waiting !== undefined) this.set({ queue }, waiting);
      }
    },
  });
  new Gauge({
    name: 'consumer_ready',
    help: '1 while the consumer is subscribed and PostgreSQL answers',
    labelNames: ['queue'] as const,
    registers,
    collect() {
      for (const [queue, consumer] of consumers) this.set({ queue }, consumer.isReady() ? 1 : 0);
    },
  });
}

function registerHousekeepingMetrics(registry: Registry): HousekeepingMetrics {
  const registers = [registry];
  const outcomes = new Counter({
    name: 'outcomes_counted_total',
    help: 'Purchases without tickets and ended holds that were added to the statistics',
    labelNames: ['of'] as const,
    registers,
  });
  const stalledWork = new Gauge({
    name: 'stalled_work',
    help: 'Purchases and cancellations that are stalled while a workflow is open for them: an operator has to decide',
    registers,
  });
  const auditLogBroken = new Gauge({
    name: 'audit_log_broken',
    help: '1 if an expired partition of the audit log failed verification; it is kept as evidence',
    registers,
  });
  return {
    outcomesCounted(purchases, holds) {
      outcomes.inc({ of: 'purchases' }, purchases);
      outcomes.inc({ of: 'holds' }, holds);
    },
    stalled: (count) => stalledWork.set(count),
    auditLogVerified: (isIntact) => auditLogBroken.set(isIntact ? 0 : 1),
  };
}
