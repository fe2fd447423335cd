import type { Logger } from '@box-office/platform';
import { countOutcomes, countStalledWork, maintainAuditLog } from '@box-office/records';
import type pg from 'pg';
import type { HousekeepingMetrics } from '../metrics.js';
import { repeatedly } from './repeatedly.js';

/** How far the statistics of refusals and holds may lag behind. */
const COUNT_EVERY_MS = 2_000;
/** Partitions are made months ahead, so any day will do; soon after a start is best. */
const MAINTAIN_EVERY_MS = 60 * 60_000;
/** A full batch: there may be more. */
const FULL = 1_000;

/**
 * What has no message to start it: counts the purchases that came to nothing and the holds that ended, makes the audit log's
 * next partitions and drops those past their retention. Any number of processes may do so at once.
 */
export function startHousekeeping(o: {
  readonly pool: pg.Pool;
  readonly metrics: HousekeepingMetrics;
  readonly logger: Logger;
}): { stop(): Promise<void> } {
  const { pool, metrics, logger } = o;

  const counting = repeatedly({
    what: 'count refusals and holds',
    everyMs: COUNT_EVERY_MS,
    logger,
    async turn() {
      const { purchases, holds } = await countOutcomes(pool);
      metrics.counted(purchases, holds);
      metrics.stalled(await countStalledWork(pool));
      return purchases >= FULL || holds >= FULL;
    },
  });
  const maintaining = repeatedly({
    what: 'maintain the audit log',
    everyMs: MAINTAIN_EVERY_MS,
    logger,
    async turn() {
      const { created, dropped, broken } = await maintainAuditLog(pool);
      if (created.length > 0) logger.info({ created }, 'made partitions of the audit log');
      if (dropped.length > 0) logger.info({ dropped }, 'dropped partitions of the audit log past their retention');
      if (broken !== null) {
        logger.error({ partition: broken }, 'the audit log was tampered with: this partition is kept as evidence');
      }
      metrics.auditLogIsWhole(broken === null);
      return false;
    },
  });

  return {
    async stop() {
      await Promise.all([counting.stop(), maintaining.stop()]);
    },
  };
}
