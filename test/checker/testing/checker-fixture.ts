import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventDetails } from '@box-office/contract';
import { startServices } from '@box-office/infra';
import { createInventory, type Inventory } from '@box-office/inventory';
import { createPublisher, createTopology, type Publisher } from '@box-office/messaging';
import { createStripePayments, simulatorSettings, type StripePayments } from '@box-office/payments';
import { createLogger, createPool } from '@box-office/platform';
import { createEvent, type NewEvent } from '@box-office/database';
import { rebuildFromDatabase } from '@box-office/inventory-sync';
import { freshDatabase, gala } from '@box-office/database/testing';
import { Client, Connection } from '@temporalio/client';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import type { Call } from '../calls.js';
import { checkStores, type CheckOptions, type Verdict } from '../check.js';
import type { Violation } from '../violation.js';

const TYPES = [
  { name: 'Standard', priceMinor: 2_500, total: 20 },
  { name: 'VIP', priceMinor: 9_900, total: 5 },
];

/** Stores of one test file. They are consistent until a test plants a violation. */
export interface CheckerFixture {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly inventory: Inventory;
  readonly payments: StripePayments;
  readonly publisher: Publisher;
  readonly options: CheckOptions;
  /** The calls of buyers so far; tests add to it. */
  readonly calls: Call[];
  /** Starts a workflow of this type that no worker runs. Returns a function that terminates it. */
  openWorkflow(type: string): Promise<() => Promise<void>>;
  /** Creates an event on sale, with its inventory. */
  openEvent(changes?: Partial<NewEvent>): Promise<EventDetails>;
  /** Runs a statement as the owner of the schema, with the triggers of the purchase tables disabled. */
  tamper(statement: string, values?: readonly unknown[]): Promise<void>;
  check(o?: Partial<CheckOptions>): Promise<Verdict>;
  /** Invariant and fault of each violation at an event, sorted, without duplicates. */
  faultsOf(eventId: string, o?: Partial<CheckOptions>): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Starts real stores: a cloned database, the run's Redis and RabbitMQ, and a payment simulator for this fixture alone.
 */
export async function startCheckerFixture(): Promise<CheckerFixture> {
  const stack = inject('stack');
  const logger = createLogger({ service: 'test', level: 'silent' });
  const dir = await mkdtemp(join(tmpdir(), 'checker-'));
  const database = await freshDatabase(stack);
  const owner = await connectAsOwner(stack.databaseOwnerUrl, database.databaseUrl);
  // Event ids are part of the keys in Redis, which all test files share.
  await owner.query(`alter sequence event_ids restart with ${randomInt(1_000_000, 2_000_000_000)}`);
  const pool = createPool({ url: database.databaseUrl, applicationName: 'checker test', max: 3, logger });
  const redis = new Redis(stack.redisUrl);
  const inventory = createInventory(redis);
  const services = await startServices({ dir, serviceEnv: stack.serviceEnv }, { simulator: 1 });
  const paymentUrl = services.simulator[0]?.url ?? '';
  const payments = createStripePayments(simulatorSettings(paymentUrl));
  const queuePrefix = `${randomUUID()}.`;
  const topology = createTopology({ prefix: queuePrefix });
  const publisher = createPublisher({ url: stack.amqpUrl, logger, topology });
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const calls: Call[] = [];
  const options: CheckOptions = {
    databaseUrl: database.databaseUrl,
    redisUrl: stack.redisUrl,
    amqpUrl: stack.amqpUrl,
    queuePrefix,
    paymentUrl,
    temporalAddress: stack.temporalAddress,
    temporalNamespace: stack.temporalNamespace,
    // Excludes the workflows of other test files.
    workflowFilter: `EventIds = "${queuePrefix}"`,
    quiescenceTimeoutMs: 10_000,
    checkIntervalMs: 10,
    // Only the test itself changes these stores.
    quiescentChecks: 1,
    redisLostData: false,
    workflowsTerminated: false,
    corruptedKeys: [],
  };
  const check = (o: Partial<CheckOptions> = {}): Promise<Verdict> => checkStores({ ...options, ...o }, calls);

  const open = new Set<() => Promise<void>>();
  async function openWorkflow(type: string): Promise<() => Promise<void>> {
    const workflowId = `checker-test/${randomUUID()}`;
    const tag = { key: { name: 'EventIds', type: 'KEYWORD_LIST' as const }, value: [queuePrefix] };
    const handle = await workflow.start(type, {
      workflowId,
      taskQueue: workflowId,
      args: [],
      typedSearchAttributes: [tag],
    });
    const end = async (): Promise<void> => {
      if (open.delete(end)) await handle.terminate();
    };
    open.add(end);
    return end;
  }

  return {
    openWorkflow,
    pool,
    redis,
    inventory,
    payments,
    publisher,
    options,
    calls,
    check,
    openEvent: (changes) => openEvent(pool, inventory, changes),
    tamper: (statement, values) => tamper(owner, statement, values),
    async faultsOf(eventId, o) {
      const found = violationsIn(await check(o)).filter((violation) => violation.eventId === eventId);
      return [...new Set(found.map((violation) => `${violation.invariant} ${violation.fault}`))].sort();
    },
    async close() {
      for (const end of open) await end();
      await connection.close();
      payments.close();
      redis.disconnect();
      await Promise.all([services.stop(), publisher.close(), owner.end(), pool.end()]);
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** @throws Error if the checker could not finish, because a planted violation was then not looked for */
export function violationsIn(verdict: Verdict): readonly Violation[] {
  if (verdict.kind === 'unknown') throw new Error(verdict.causes.join('; '));
  return verdict.kind === 'violated' ? verdict.violations : [];
}

async function openEvent(pool: pg.Pool, inventory: Inventory, changes: Partial<NewEvent> = {}): Promise<EventDetails> {
  const event = await createEvent(pool, gala({ ticketTypes: TYPES, ...changes }));
  await rebuildFromDatabase({ pool, inventory }, { eventId: event.id, seen: 0, cause: 'created' });
  return event;
}

async function connectAsOwner(ownerUrl: string, databaseUrl: string): Promise<pg.Client> {
  const url = new URL(ownerUrl);
  url.pathname = new URL(databaseUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}

async function tamper(owner: pg.Client, statement: string, values: readonly unknown[] = []): Promise<void> {
  const tables = [
    'event_tickets',
    'event_ticket_transactions',
    'ticket_cancellations',
    'ticket_holds',
    'audit_logs',
    'purchase_fees',
    'receipts',
  ];
  await owner.query('begin');
  for (const table of tables) await owner.query(`alter table ${table} disable trigger user`);
  await owner.query(statement, [...values]);
  for (const table of tables) await owner.query(`alter table ${table} enable trigger user`);
  await owner.query('commit');
}
