import { startServices, startStack, type PrivateStack, type Reporter, type ServiceHandle } from '@box-office/infra';
import { createPublisher, type Publisher } from '@box-office/messaging';
import { createLogger, createPool } from '@box-office/platform';
import { createEvent } from '@box-office/database';
import { gala } from '@box-office/database/testing';
import type pg from 'pg';
import { waitForQuiescence } from '../checker/quiescence.js';

const QUIESCENCE_CHECK_MS = 200;
const QUIESCENCE_TIMEOUT_MS = 10 * 60_000;

/** Private servers with empty stores, and one audit consumer. */
export interface VolumeHarness {
  readonly stack: PrivateStack;
  readonly consumer: ServiceHandle;
  readonly pool: pg.Pool;
  readonly publisher: Publisher;
  /** Creates an event with so many tickets and returns its id. */
  createEvent(total: number): Promise<string>;
  /** Resolves when every queue is empty and the consumer has no unacknowledged message. */
  waitUntilQuiescent(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param o.dir the stack's directory, which is removed by `close`
 * @param o.reconciles off by default: messages of no purchases measure only the consumer, and would be reported
 */
export async function openVolumeHarness(o: {
  dir: string;
  report: Reporter;
  signal?: AbortSignal;
  reconciles?: boolean;
}): Promise<VolumeHarness> {
  const { dir, report, signal, reconciles = false } = o;
  const stack = await startStack({ name: 'volume', dir, ephemeral: true, logger: report, ...(signal && { signal }) });
  try {
    const env: Record<string, string> = reconciles ? {} : { RECONCILIATION_EVERY_MS: '0' };
    const services = await startServices(stack, { auditConsumer: 1 }, { env, label: '', signal });
    const [consumer] = services.auditConsumer;
    if (!consumer) throw new Error('there is no audit consumer');
    const logger = createLogger({ service: 'volume', level: 'silent' });
    const { databaseUrl, amqpUrl } = stack.addresses;
    const pool = createPool({ url: databaseUrl, applicationName: 'volume', max: 2, logger });
    const publisher = createPublisher({ url: amqpUrl, logger });
    return {
      stack,
      consumer,
      pool,
      publisher,
      createEvent: async (total) =>
        (await createEvent(pool, gala({ ticketTypes: [{ name: 'standard', priceMinor: 2_500, total }] }))).id,
      async waitUntilQuiescent() {
        const quiescence = await waitForQuiescence({
          databaseUrl,
          amqpUrl,
          consumerMetricsUrls: [`${consumer.url}/metrics`],
          temporalAddress: stack.addresses.temporalAddress,
          temporalNamespace: stack.addresses.temporalNamespace,
          quiescenceTimeoutMs: QUIESCENCE_TIMEOUT_MS,
          checkIntervalMs: QUIESCENCE_CHECK_MS,
        });
        if (!quiescence.isQuiescent) throw new Error(`not quiescent: ${quiescence.inProgress.join(', ')}`);
      },
      async close() {
        await publisher.close();
        await pool.end();
        await services.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
