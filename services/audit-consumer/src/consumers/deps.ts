import type { Publisher, Topology } from '@box-office/messaging';
import type { Logger } from '@box-office/platform';
import type pg from 'pg';
import type { ConsumerMetrics } from '../metrics.js';

/** What the consumers work with; built once in main.ts. */
export interface ConsumerDeps {
  readonly amqpUrl: string;
  readonly topology: Topology;
  readonly publisher: Publisher;
  readonly pool: pg.Pool;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
}

/** Most messages committed together, most that are under way, and longest that one waits for others. */
export const BATCHING = { batchSize: 250, prefetch: 1_000, batchWaitMs: 10 };
