import { runPeriodically, type Logger } from '@box-office/platform';
import {
  countOutcomes,
  countStalledWork,
  deleteExpiredWebhooks,
  deleteOldMails,
  deleteOldPaymentEvents,
  issueMissingReceipts,
  maintainAuditLog,
  readDeliveryBacklog,
  type ReceiptIssuer,
} from '@box-office/database';
import type pg from 'pg';
import type { HousekeepingMetrics } from '../metrics.js';

/** Bounds the lag of the statistics of refusals and holds. */
const COUNT_INTERVAL_MS = 2_000;
/** Partitions are created months ahead, so the interval is not critical; the first execution is at start. */
const MAINTAIN_INTERVAL_MS = 60 * 60_000;
/** Alerts are about minutes. */
const MEASURE_INTERVAL_MS = 15_000;
/** Expired rows may stay for a while. */
const DELETE_INTERVAL_MS = 10 * 60_000;
/** Size of a full batch: there may be more. */
const FULL_BATCH = 1_000;

/**
 * Tasks that no message triggers: counts the purchases without tickets and the ended holds, creates the audit log's
 * next partitions and drops expired ones, measures what waits to be delivered, deletes expired messages to integrators,
 * old mails and payment events, issues receipts that no message has issued. Several processes may run them at once.
 */
export function startHousekeeping(o: {
  readonly pool: pg.Pool;
  /** For statements that read many rows. */
  readonly poolBySize: pg.Pool;
  readonly metrics: HousekeepingMetrics;
  /** Null: no receipts are issued. */
  readonly receipts: ReceiptIssuer | null;
  readonly logger: Logger;
}): { stop(): Promise<void> } {
  const { pool, poolBySize, metrics, receipts, logger } = o;

  const tasks: readonly Omit<Parameters<typeof runPeriodically>[0], 'logger'>[] = [
    {
      name: 'count refusals and holds',
      intervalMs: COUNT_INTERVAL_MS,
      async execute() {
        const { purchases, holds } = await countOutcomes(pool);
        metrics.outcomesCounted(purchases, holds);
        metrics.stalled(await countStalledWork(pool));
        return purchases >= FULL_BATCH || holds >= FULL_BATCH;
      },
    },
    {
      name: 'measure deliveries',
      intervalMs: MEASURE_INTERVAL_MS,
      async execute() {
        metrics.deliveries(await readDeliveryBacklog(pool));
        return false;
      },
    },
    {
      name: 'maintain the audit log',
      intervalMs: MAINTAIN_INTERVAL_MS,
      async execute() {
        const { created, dropped, broken } = await maintainAuditLog(pool);
        if (created.length > 0) logger.info({ created }, 'created partitions of the audit log');
        if (dropped.length > 0) logger.info({ dropped }, 'dropped expired partitions of the audit log');
        if (broken !== null) {
          const text = 'this partition of the audit log failed verification: it was altered, and is kept as evidence';
          logger.error({ partition: broken }, text);
        }
        metrics.auditLogVerified(broken === null);
        return false;
      },
    },
    {
      name: 'delete expired webhook messages',
      intervalMs: DELETE_INTERVAL_MS,
      execute: () => deleteExpiredWebhooks(pool),
    },
    {
      name: 'delete old mails',
      intervalMs: DELETE_INTERVAL_MS,
      execute: () => deleteOldMails(pool),
    },
    {
      name: 'delete old payment events',
      intervalMs: MAINTAIN_INTERVAL_MS,
      execute: async () => (await deleteOldPaymentEvents(pool, FULL_BATCH)) === FULL_BATCH,
    },
    {
      name: 'issue missing receipts',
      intervalMs: MAINTAIN_INTERVAL_MS,
      execute: async () => receipts !== null && issueMissingReceipts(poolBySize, receipts, FULL_BATCH),
    },
  ];
  const running = tasks.map((task) => runPeriodically({ ...task, logger }));

  return {
    async stop() {
      await Promise.all(running.map((task) => task.stop()));
    },
  };
}
