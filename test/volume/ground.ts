import { startServices, startStack, type PrivateStack, type Reporter, type ServiceHandle } from '@box-office/infra';
import { createPublisher, type Publisher } from '@box-office/messaging';
import { createLogger, createPool } from '@box-office/platform';
import { createEvent } from '@box-office/records';
import type pg from 'pg';
import { waitForRest } from '../checker/rest.js';

const REST_LOOK_MS = 200;
const REST_TIMEOUT_MS = 10 * 60_000;

/** What messages are counted on: private servers with empty stores, and one audit consumer. */
export interface Ground {
  readonly stack: PrivateStack;
  readonly consumer: ServiceHandle;
  readonly pool: pg.Pool;
  readonly publisher: Publisher;
  /** An event of so many tickets; its id. */
  createEvent(total: number): Promise<string>;
  /** Resolves when every queue is empty and the consumer has nothing in hand. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** @param dir the stack's directory, which is gone afterwards */
export async function openGround(o: { dir: string; report: Reporter; signal?: AbortSignal }): Promise<Ground> {
  const { dir, report, signal } = o;
  const stack = await startStack({ name: 'volume', dir, ephemeral: true, logger: report, ...(signal && { signal }) });
  try {
    // Its messages tell of sales of no purchases, so that nothing but the consumer is measured: a sweep would object.
    const env = { RECONCILIATION_EVERY_MS: '0' };
    const services = await startServices(stack, { auditConsumer: 1 }, { env, label: '', signal });
    const [consumer] = services.auditConsumer;
    if (!consumer) throw new Error('there is no audit consumer');
    const logger = createLogger({ service: 'volume', level: 'silent' });
    const { databaseUrl, amqpUrl } = stack.addresses;
    const pool = createPool({ url: databaseUrl, applicationName: 'volume', max: 2, logger });
    const publisher = createPublisher({ url: amqpUrl, logger });
    return {
      ...{ stack, consumer, pool, publisher },
      createEvent: async (total) => (await createEvent(pool, eventOf(total))).id,
      async rest() {
        const rest = await waitForRest({
          ...{ databaseUrl, amqpUrl, consumerMetricsUrls: [`${consumer.url}/metrics`] },
          temporalAddress: stack.addresses.temporalAddress,
          temporalNamespace: stack.addresses.temporalNamespace,
          restTimeoutMs: REST_TIMEOUT_MS,
          lookEveryMs: REST_LOOK_MS,
        });
        if (!rest.rested) throw new Error(`the consumer did not come to rest: ${rest.moving.join(', ')}`);
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

function eventOf(total: number): Parameters<typeof createEvent>[1] {
  return {
    name: 'Volume',
    description: '',
    venue: 'Hall',
    startsAt: '2035-01-01T19:00:00Z',
    endsAt: '2035-01-01T22:00:00Z',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    status: 'on_sale',
    saleStartsAt: null,
    saleEndsAt: null,
    limitPerBuyer: 10,
    ticketTypes: [{ name: 'standard', priceMinor: 2_500, total }],
  };
}
