import type { Publisher, Topology } from '@box-office/messaging';
import type { Logger } from '@box-office/platform';
import type pg from 'pg';
import type { ConsumerMetrics } from '../metrics.js';

/** Dependencies of the consumers; built once in main.ts. */
export interface ConsumerDeps {
  readonly amqpUrl: string;
  readonly topology: Topology;
  readonly publisher: Publisher;
  readonly pool: pg.Pool;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
}

/** Maximum of messages in one transaction, maximum unacknowledged, and how long a message lingers for others. */
export const BATCHING = { batchSize: 250, prefetch: 1_000, batchWaitMs: 10 };
