import { Redis } from 'ioredis';
import pg from 'pg';
import type { RunningServices } from '@box-office/infra';
import { createEventOnSale, openGatewayClients } from '../support/gateway-clients.js';
import type { LoadOutcome, PurchaseLoad } from './load/purchase-load.js';
import type { Processes } from './measuring/processes.js';
import { startHelper, type Helper } from './processes/helper.js';
import type { BenchStack } from './stack.js';

/** Concurrent requests that create events. */
const CONCURRENT_CREATES = 8;

/** Price of a ticket of every event, in minor units. */
export const PRICE_MINOR = 2_500;
const TICKET_TYPE = 'standard';

/** What every step uses. */
export interface BenchHarness {
  readonly bench: BenchStack;
  readonly gatewayUrls: readonly string[];
  readonly jwtSecret: string;
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly generator: Helper<PurchaseLoad, LoadOutcome>;
  /** For a second load at the same time. */
  readonly secondGenerator: Helper<PurchaseLoad, LoadOutcome>;
  /** Processes whose CPU time and memory are reported, by their names in the report. */
  readonly processes: Processes;
  /** Creates events on sale with `total` tickets each, without an effective limit per buyer. */
  createEvents(count: number, total: number): Promise<string[]>;
  startHelper<Job, Result>(name: string): Helper<Job, Result>;
  close(): Promise<void>;
}

export function openBenchHarness(bench: BenchStack): BenchHarness {
  const { stack, services, simulator } = bench;
  const pool = new pg.Pool({ connectionString: stack.addresses.databaseUrl, max: 2 });
  pool.on('error', () => undefined);
  const redis = new Redis(stack.addresses.redisUrl);
  redis.on('error', () => undefined);
  const helpers: Helper<never, unknown>[] = [];
  const where = { logDir: `${stack.dir}/logs`, env: stack.serviceEnv };

  function open<Job, Result>(name: string): Helper<Job, Result> {
    const helper = startHelper<Job, Result>(name, where);
    helpers.push(helper);
    return helper;
  }
  const generator = open<PurchaseLoad, LoadOutcome>('load-generator');
  const secondGenerator = open<PurchaseLoad, LoadOutcome>('load-generator');
  const gatewayUrls = services.api.map((gateway) => gateway.url);

  return {
    bench,
    gatewayUrls,
    jwtSecret: stack.jwtSecret,
    pool,
    redis,
    generator,
    secondGenerator,
    processes: {
      gateway: pidsOf(services.api),
      worker: pidsOf(services.worker),
      auditConsumer: pidsOf(services.auditConsumer),
      postgres: pidsOf([stack.servers.postgres]),
      redis: pidsOf([stack.servers.redis]),
      rabbitmq: pidsOf([stack.servers.rabbitmq]),
      temporal: pidsOf([stack.servers.temporal]),
      paymentSimulator: pidsOf(simulator.simulator),
      loadGenerator: [generator.pid, secondGenerator.pid],
    },
    async createEvents(count, total) {
      const { operator } = await openGatewayClients(gatewayUrls[0] ?? '', stack.jwtSecret);
      const ticketTypes = [{ name: TICKET_TYPE, priceMinor: PRICE_MINOR, total }];
      const createEvent = async (number: number): Promise<string> =>
        (await createEventOnSale(operator, { name: `Bench ${number}`, limitPerBuyer: 1_000, ticketTypes })).id;
      const ids: string[] = [];
      for (let from = 0; from < count; from += CONCURRENT_CREATES) {
        const some = Array.from({ length: Math.min(CONCURRENT_CREATES, count - from) }, (_, i) => from + i);
        ids.push(...(await Promise.all(some.map(createEvent))));
      }
      return ids;
    },
    startHelper: open,
    async close() {
      await Promise.all(helpers.map((helper) => helper.stop()));
      redis.disconnect();
      await pool.end();
    },
  };
}

function pidsOf(handles: RunningServices['api'] | readonly { readonly pid: number | undefined }[]): number[] {
  return handles.flatMap(({ pid }) => pid ?? []);
}
