import { randomUUID } from 'node:crypto';
import {
  LOCAL_TOKEN_AUDIENCE,
  LOCAL_TOKEN_ISSUER,
  type EventDetails,
  type PurchaseOrder,
  type TicketTypeDetails,
} from '@box-office/contract';
import { createInventory, type Inventory } from '@box-office/inventory';
import { createLogger, createPool, createRedis, redisReady } from '@box-office/platform';
import { freshDatabase, separateEventIds } from '@box-office/database/testing';
import type { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { inject } from 'vitest';
import { createTokenVerifier } from '../http/auth/token-verifier.js';
import type { HoldClient } from '../hold/hold-client.js';
import { createGateway, type Gateway, type GatewayDeps } from '../gateway.js';
import type { StartReply, WorkflowStarter } from '../batching/purchase-starter.js';
import { createTestInterventions, type TestInterventions } from './interventions.js';
import { createTestAuditWorkflows, type TestAuditWorkflows } from './audit-workflows.js';
import { createTestCancellations, type TestCancellations } from './cancellations.js';
import { createTestHoldClient, HOLD_TIMES } from './holds.js';
import { createTestWorker } from './worker.js';
import { readTicketKeys } from '@box-office/tickets/codes';
import { newTicketKey } from '@box-office/tickets/testing';

export const logger = createLogger({ service: 'test', level: 'silent' });

export const SECRET = 'a secret that only tests use and no server';
export const WEBHOOK_KEY = Buffer.alloc(32, 'k');
export const TOKEN_RULES = { issuer: LOCAL_TOKEN_ISSUER, audience: LOCAL_TOKEN_AUDIENCE, maxLifetimeS: 86_400 };
type GatewayLimits = Pick<GatewayDeps, 'limits' | 'buyers' | 'corsOrigins' | 'returnOrigins'>;
const NO_GUEST_LINK_LIMITS = { guestLinksPerEmailPerHour: 0, guestLinksPerAddressPerHour: 0 };
export const NO_LIMITS: GatewayLimits = {
  limits: { buyerPerMinute: 0, operatorPerMinute: 0, addressPerMinute: 0, ...NO_GUEST_LINK_LIMITS, trustedProxies: [] },
  buyers: { purchasesAtOnce: 0, declines: { free: 0, maxDelayS: 900 } },
  corsOrigins: [],
  returnOrigins: ['https://shop.example'],
};
export const WEBHOOK_SECRET = 'whsec_test';
const ENTRY_OPENS_BEFORE_S = 3_600;
export const TICKET_KEYS = readTicketKeys([newTicketKey()]);
const STARTED: StartReply = { kind: 'started', already: false };

export interface TestGatewayOptions {
  /** What a start does; by default the purchase is run as by its workflow. */
  readonly start?: (order: PurchaseOrder, run: (order: PurchaseOrder) => Promise<void>) => Promise<StartReply>;
  /** What calls to hold workflows do; by default they are simulated. */
  readonly holdClient?: (simulated: HoldClient) => HoldClient;
  readonly waitMs?: number;
  /** Limits and origins; none unless given. */
  readonly limits?: Partial<GatewayLimits>;
  /** Whether outcomes are published on Redis; true by default. */
  readonly publishOutcomes?: boolean;
  readonly behindTls?: boolean;
  /** What a signal to a purchase's workflow does; nothing by default. */
  readonly signalWorkflow?: GatewayDeps['signalWorkflow'];
  /** Keys of tickets' codes; those of the test run unless given. */
  readonly ticketKeys?: readonly string[];
}

export interface TestGateway {
  readonly gateway: Gateway;
  /** The gateway's metrics. */
  readonly registry: Registry;
  /** Sources of the unreadable values that were reported. */
  readonly unreadable: readonly string[];
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly inventory: Inventory;
  /** Orders in the order of their starts. */
  readonly starts: readonly PurchaseOrder[];
  /** The simulated cancellation workflows. */
  readonly cancellations: TestCancellations;
  readonly interventions: TestInterventions;
  readonly audit: TestAuditWorkflows;
  request(method: string, path: string, o?: RequestOptions): Promise<Response>;
  /** POST /api/tickets/purchase by a buyer (a new one unless named), with a new key unless one is given. */
  buy(body: object, o?: { key?: string; token?: string }): Promise<Response>;
  createEvent(ticketTypes: readonly TicketTypeDetails[], more?: object): Promise<EventDetails>;
  /** Another gateway process before the same stores. */
  another(o?: TestGatewayOptions, stores?: Partial<Pick<Stores, 'pool' | 'redis'>>): TestGateway;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address of the socket that the request comes over. */
  readonly from?: string;
}

export function tokenOf(
  subject: string,
  o: { role?: string; events?: readonly string[]; expiresIn?: string | number; secret?: string } = {},
): Promise<string> {
  return new SignJWT({ ...(o.role !== undefined && { role: o.role }), ...(o.events && { events: o.events }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(LOCAL_TOKEN_ISSUER)
    .setAudience(LOCAL_TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(o.expiresIn ?? '10 minutes')
    .sign(new TextEncoder().encode(o.secret ?? SECRET));
}

export const standard = (total: number): TicketTypeDetails => ({ name: 'Standard', priceMinor: 4_500, total });

/** A gateway without a socket before a database of its own and the run's Redis. */
export async function openTestGateway(o: TestGatewayOptions = {}): Promise<TestGateway> {
  const stack = inject('stack');
  const database = await freshDatabase(stack);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  const pool = createPool({ url: database.databaseUrl, applicationName: 'api test', max: 4, logger });
  const redis = createRedis({ url: stack.redisUrl, name: 'api test', logger });
  const subscriber = createRedis({ url: stack.redisUrl, name: 'api test outcomes', logger });
  // Every gateway of a test subscribes on it.
  subscriber.setMaxListeners(100);
  await Promise.all([redisReady(redis, 5_000), redisReady(subscriber, 5_000)]);
  const runs = new Set<Promise<void>>();
  const { databaseUrl } = database;
  const test = around({ databaseUrl, pool, redis, subscriber, runs }, o);
  return {
    ...test,
    close: async () => {
      test.gateway.drain();
      await Promise.all(runs);
      redis.disconnect();
      subscriber.disconnect();
      await pool.end();
      await database.drop();
    },
  };
}

interface Stores {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly subscriber: Redis;
  /** Purchases that are being run in the background, of all gateways before these stores. */
  readonly runs: Set<Promise<void>>;
}

function around(stores: Stores, o: TestGatewayOptions): TestGateway {
  const { databaseUrl, pool, redis } = stores;
  const unreadable: string[] = [];
  const report = (source: string): void => void unreadable.push(source);
  const inventory = createInventory(redis, report);
  const worker = createTestWorker({ pool, redis, inventory, publishOutcomes: o.publishOutcomes ?? true });
  const { starts, workflows } = simulateStarts(worker, stores.runs, o.start);
  const holdClient = createTestHoldClient({ pool, inventory });
  const cancellations = createTestCancellations({ pool, inventory });
  const interventions = createTestInterventions();
  const audit = createTestAuditWorkflows(pool);
  const registry = new Registry();
  const gateway = createGateway({
    ...stores,
    inventory,
    workflows,
    cancellations,
    interventions,
    audit,
    holdClient: o.holdClient?.(holdClient) ?? holdClient,
    holdTimes: HOLD_TIMES,
    webhooks: { encryptionKey: WEBHOOK_KEY, allowLoopback: false },
    signalWorkflow: o.signalWorkflow ?? (async () => undefined),
    stripeWebhookSecret: WEBHOOK_SECRET,
    verifyToken: createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } }),
    ...NO_LIMITS,
    ...o.limits,
    entryOpensBeforeS: ENTRY_OPENS_BEFORE_S,
    ticketKeys: o.ticketKeys === undefined ? TICKET_KEYS : readTicketKeys(o.ticketKeys),
    isReady: () =>
      redis.ping().then(
        () => true,
        () => false,
      ),
    behindTls: o.behindTls ?? false,
    reportUnreadable: report,
    registry,
    purchaseWaitMs: o.waitMs ?? 5_000,
    logger,
  });

  const request = requestsTo(gateway);
  return {
    gateway,
    registry,
    unreadable,
    databaseUrl,
    pool,
    redis,
    inventory,
    starts,
    cancellations,
    interventions,
    audit,
    request,
    buy: async (body, { key, token } = {}) =>
      request('POST', '/api/tickets/purchase', {
        token: token ?? (await tokenOf(`buyer_${randomUUID()}`)),
        body: { payment: { method: 'pm_approve' }, ...body },
        headers: { 'Idempotency-Key': key ?? randomUUID() },
      }),
    async createEvent(ticketTypes, more = {}) {
      const body = { ...EVENT, ticketTypes, ...more };
      const created = await request('POST', '/api/events', { token: await tokenOf('op', { role: 'operator' }), body });
      if (created.status !== 201) throw new Error(await created.text());
      return (await created.json()) as EventDetails;
    },
    another: (options = {}, others = {}) => around({ ...stores, ...others }, options),
    close: async () => undefined,
  };
}

const EVENT = {
  name: 'Autumn concert',
  venue: 'Great Hall',
  startsAt: '2030-06-01T19:00:00Z',
  endsAt: '2030-06-01T22:00:00Z',
  timeZone: 'Europe/Vienna',
  currency: 'EUR',
};

/** Starts that run each purchase at once, unless the test gives another start. */
function simulateStarts(
  worker: ReturnType<typeof createTestWorker>,
  runs: Set<Promise<void>>,
  startWith: TestGatewayOptions['start'],
): { readonly starts: readonly PurchaseOrder[]; readonly workflows: WorkflowStarter } {
  const starts: PurchaseOrder[] = [];
  const run = (order: PurchaseOrder): Promise<void> => {
    const running = worker.run(order).finally(() => runs.delete(running));
    runs.add(running);
    return running;
  };
  const runInBackground = async (order: PurchaseOrder): Promise<StartReply> => {
    void run(order);
    return STARTED;
  };
  const startOne = (order: PurchaseOrder): Promise<StartReply> => {
    starts.push(order);
    return (startWith ?? runInBackground)(order, run);
  };
  const workflows: WorkflowStarter = {
    start: async (batch) => {
      const [reply] = await Promise.all(batch.map(({ order }) => startOne(order)));
      return reply ?? STARTED;
    },
    maxReplyMs: 1_000,
    close: () => undefined,
  };
  return { starts, workflows };
}

function requestsTo(gateway: Gateway): TestGateway['request'] {
  return async (method, path, options = {}) =>
    gateway.app.request(
      path,
      {
        method,
        headers: {
          ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
          ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined
          ? {}
          : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
      },
      options.from === undefined ? {} : { incoming: { socket: { remoteAddress: options.from } } },
    );
}
