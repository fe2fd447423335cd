import type { BatchConsumer, BatchReport } from '@box-office/messaging';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What the housekeeping tells. */
export interface HousekeepingMetrics {
  counted(purchases: number, holds: number): void;
  /** How many purchases and cancellations stand still although a workflow is open for them. */
  stalled(count: number): void;
  /** Whether the partitions of the audit log that were to be dropped were whole. */
  auditLogIsWhole(isWhole: boolean): void;
}

/** The figures of this process for Prometheus. */
export interface ConsumerMetrics extends HousekeepingMetrics {
  readonly registry: Registry;
  /** Counts a batch that is committed and acknowledged. */
  readonly batch: (report: BatchReport) => void;
  /** Has a consumer asked for its state at each scrape. */
  watch(queue: string, consumer: BatchConsumer): void;
}

/** Registers nothing globally, so that two consumers may live in one test process. */
export function createMetrics(o: { processMetrics: boolean }): ConsumerMetrics {
  const registry = new Registry();
  const registers = [registry];
  if (o.processMetrics) collectDefaultMetrics({ register: registry });
  const watched = new Map<string, BatchConsumer>();

  const acknowledged = new Counter({
    name: 'messages_acknowledged_total',
    help: 'Messages that were done, set aside included',
    labelNames: ['queue'] as const,
    registers,
  });
  const setAside = new Counter({
    name: 'messages_set_aside_total',
    help: 'Messages that went to the dead letters or to a retry queue, by reason',
    labelNames: ['queue', 'to', 'reason'] as const,
    registers,
  });
  const batchSize = new Histogram({
    name: 'message_batch_size',
    help: 'Messages committed together',
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
  new Gauge({
    name: 'oldest_message_age_seconds',
    help: 'Age of the oldest message that was delivered and is not done; 0 if there is none',
    labelNames: ['queue'] as const,
    registers,
    collect() {
      for (const [queue, consumer] of watched) this.set({ queue }, consumer.lagMs() / 1_000);
    },
  });
  new Gauge({
    name: 'messages_waiting',
    help: 'Messages in the queue that no consumer was given yet; absent while the broker is away',
    labelNames: ['queue'] as const,
    registers,
    async collect() {
      this.reset();
      for (const [queue, consumer] of watched) {
        const waiting = await consumer.waiting();
        if (waiting !== undefined) this.set({ queue }, waiting);
      }
    },
  });
  new Gauge({
    name: 'consumer_ready',
    help: '1 while the consumer is subscribed and its messages can be handled',
    labelNames: ['queue'] as const,
    registers,
    collect() {
      for (const [queue, consumer] of watched) this.set({ queue }, consumer.isReady() ? 1 : 0);
    },
  });

  const outcomes = new Counter({
    name: 'outcomes_counted_total',
    help: 'Purchases that came to nothing and holds that ended, as far as they are in the statistics',
    labelNames: ['of'] as const,
    registers,
  });
  const stalledWork = new Gauge({
    name: 'stalled_work',
    help: 'Purchases and cancellations that stand still although a workflow is open for them: a person has to decide',
    registers,
  });
  const auditLogBroken = new Gauge({
    name: 'audit_log_broken',
    help: '1 if a partition of the audit log past its retention was found to be tampered with, and so is kept',
    registers,
  });

  return {
    registry,
    counted(purchases, holds) {
      outcomes.inc({ of: 'purchases' }, purchases);
      outcomes.inc({ of: 'holds' }, holds);
    },
    stalled: (count) => stalledWork.set(count),
    auditLogIsWhole: (isWhole) => auditLogBroken.set(isWhole ? 0 : 1),
    batch({ queue, acknowledged: count, retried, dead, lagsMs }) {
      acknowledged.inc({ queue }, count);
      batchSize.observe({ queue }, count);
      for (const reason of dead) setAside.inc({ queue, to: 'dead_letters', reason });
      for (const reason of retried) setAside.inc({ queue, to: 'retry', reason });
      for (const lagMs of lagsMs) lag.observe({ queue }, lagMs / 1_000);
    },
    watch: (queue, consumer) => void watched.set(queue, consumer),
  };
}
