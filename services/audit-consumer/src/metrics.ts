import type { DeliveryBacklog } from '@box-office/database';
import type { BatchConsumer, BatchReport } from '@box-office/messaging';
import { metricsIn } from '@box-office/platform';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** What housekeeping reports. */
export interface HousekeepingMetrics {
  /** Counts refused and failed purchases, and ended holds, that entered the statistics. */
  outcomesCounted(purchases: number, holds: number): void;
  /** Sets how many purchases and cancellations are stalled: unchanged for long while a workflow is open for them. */
  stalled(count: number): void;
  /** Sets what waits to be delivered, and what was given up. */
  deliveries(backlog: DeliveryBacklog): void;
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
  const make = metricsIn(registry);
  const acknowledged = make.counter(
    'messages_acknowledged_total',
    'Messages that were acknowledged, parked ones included',
    ['queue'],
  );
  const parked = make.counter(
    'messages_parked_total',
    'Messages that were moved to the dead letters or to a retry queue, by reason',
    ['queue', 'to', 'reason'],
  );
  const batchSize = make.histogram('message_batch_size', 'Messages committed in one transaction', {
    labelNames: ['queue'],
    buckets: [1, 2, 5, 10, 25, 50, 100, 250],
  });
  const lag = make.histogram('message_lag_seconds', 'Time from publishing a message to its commit', {
    labelNames: ['queue'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
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
  const make = metricsIn(registry);
  const age = 'Age of the oldest message that is delivered and not acknowledged; 0 if there is none';
  make.gauge('oldest_message_age_seconds', age, ['queue'], (gauge) => {
    for (const [queue, consumer] of consumers) gauge.set({ queue }, consumer.lagMs() / 1_000);
  });
  const waits = 'Messages in the queue that are not delivered yet; absent while the broker is unavailable';
  make.gauge('messages_waiting', waits, ['queue'], async (gauge) => {
    gauge.reset();
    for (const [queue, consumer] of consumers) {
      const waiting = await consumer.waiting();
      if (waiting !== undefined) gauge.set({ queue }, waiting);
    }
  });
  make.gauge('consumer_ready', '1 while the consumer is subscribed and PostgreSQL answers', ['queue'], (gauge) => {
    for (const [queue, consumer] of consumers) gauge.set({ queue }, consumer.isReady() ? 1 : 0);
  });
}

function registerHousekeepingMetrics(registry: Registry): HousekeepingMetrics {
  const make = metricsIn(registry);
  const outcomes = make.counter(
    'outcomes_counted_total',
    'Purchases without tickets and ended holds that were added to the statistics',
    ['of'],
  );
  const stalledWork = make.gauge(
    'stalled_work',
    'Purchases and cancellations, of events too, that are stalled while a workflow is open for them: an operator has to decide',
  );
  const auditLogBroken = make.gauge(
    'audit_log_broken',
    '1 if an expired partition of the audit log failed verification; it is kept as evidence',
  );
  const dueMail = make.gauge('oldest_due_mail_seconds', 'How long the oldest mail that is not sent has been due');
  const failedMails = make.gauge('mails_failed', 'Mails that were given up in the last 24 hours');
  const dueWebhook = make.gauge(
    'oldest_due_webhook_seconds',
    'How long the oldest message to an enabled endpoint that is not delivered has been due',
  );
  return {
    deliveries({ oldestDueMailS, failedMails: failed, oldestDueWebhookS }) {
      dueMail.set(oldestDueMailS);
      failedMails.set(failed);
      dueWebhook.set(oldestDueWebhookS);
    },
    outcomesCounted(purchases, holds) {
      outcomes.inc({ of: 'purchases' }, purchases);
      outcomes.inc({ of: 'holds' }, holds);
    },
    stalled: (count) => stalledWork.set(count),
    auditLogVerified: (isIntact) => auditLogBroken.set(isIntact ? 0 : 1),
  };
}
