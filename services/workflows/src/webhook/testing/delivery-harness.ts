import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { registerWebhookEndpoint, replayWebhooks, type WebhookActor } from '@box-office/database';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import { createLogger, sealText } from '@box-office/platform';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type pg from 'pg';
import type { inject } from 'vitest';
import type { DeliveryWorker } from '../../worker/delivery-worker.js';
import { startWebhookWorker } from '../../worker/webhook-worker.js';

const KEY = Buffer.alloc(32, 'k');
export const ACTOR: WebhookActor = { by: { name: 'olga', verified: true, channel: 'api' }, requestId: 'request' };
const BUNDLE = fileURLToPath(new URL('../../../dist/workflow-bundle.js', import.meta.url));
/** In place of three days. */
const RETRY_DELAYS_MS = [50, 100, 100, 200, 200, 400, 400, 800, 800, 1_000];

/** A delivery worker on Temporal, with a database of its own. */
export interface DeliveryHarness {
  readonly pool: pg.Pool;
  readonly worker: DeliveryWorker;
  /** Registers an endpoint. */
  register(url: string): Promise<{ readonly endpointId: string; readonly secret: string }>;
  newSecret(endpointId: string): { readonly secret: string; readonly sealedSecret: Buffer };
  /** Writes messages and makes them due at these endpoints. @returns their ids */
  write(count: number, ...endpointIds: readonly string[]): Promise<string[]>;
  /** Number of deliveries of an endpoint by status. */
  statuses(endpointId: string): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export async function openDeliveryHarness(stack: ReturnType<typeof inject<'stack'>>): Promise<DeliveryHarness> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const database: TestDatabase = await openTestDatabase(stack);
  const { pool } = database;
  const worker = await startWebhookWorker({
    databaseUrl: database.databaseUrl,
    temporal: { connectionOptions: { address: stack.temporalAddress }, namespace: stack.temporalNamespace },
    encryptionKey: KEY,
    allowLoopback: true,
    logger: createLogger({ service: 'test', level: 'silent' }),
    replaced: {
      taskQueue: `webhooks-${randomUUID()}`,
      bundlePath: BUNDLE,
      pollIntervalMs: 100,
      retryDelaysMs: RETRY_DELAYS_MS,
    },
  });
  const newSecret: DeliveryHarness['newSecret'] = (endpointId) => {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    return { secret, sealedSecret: sealText(KEY, endpointId, secret) };
  };
  return {
    pool,
    worker,
    newSecret,
    async register(url) {
      const endpointId = randomUUID();
      const { secret, sealedSecret } = newSecret(endpointId);
      // None of the types that the period's replay of `write` does not name.
      await registerWebhookEndpoint(pool, { endpointId, url, types: ['purchase.confirmed'], sealedSecret }, ACTOR);
      return { endpointId, secret };
    },
    async write(count, ...endpointIds) {
      const { rows } = await pool.query<{ id: string; created_at: Date }>(
        `insert into webhook_messages (type, payload)
         select 'purchase.confirmed', jsonb_build_object('purchaseId', gen_random_uuid(), 'amountMinor', n)
           from generate_series(1, $1) as n
         returning id, created_at`,
        [count],
      );
      const atMs = rows[0]?.created_at.getTime() ?? 0;
      const [from, to] = [new Date(atMs).toISOString(), new Date(atMs + 1).toISOString()];
      for (const endpointId of endpointIds) await replayWebhooks(pool, endpointId, { from, to }, ACTOR);
      return rows.map(({ id }) => id);
    },
    async statuses(endpointId) {
      const { rows } = await pool.query<{ status: string; count: number }>(
        'select status, count(*)::integer from webhook_deliveries where endpoint_id = $1 group by status',
        [endpointId],
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    async close() {
      await worker.stop();
      await database.close();
    },
  };
}
