import { createHash } from 'node:crypto';
import { eventKey, transactionKey } from '@box-office/contract';
import { listEventsByUrgency } from '@box-office/database';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { openStoreAccess, type StoreAccess } from './reconciliation/store-access.js';
import { startBuyerLoad } from './reconciliation/reconciliation-runs.js';

/** A separate database of the run's Redis, so that wiping it does not affect other tests. */
const DATABASE = 6;
/** More than two pages of the rebuild, and not a multiple of a page. */
const EVENTS = 63;
/** Per event; half of them are confirmed with a ticket, half are refused. */
const PURCHASES = 45;
const REBUILD_TIMEOUT_MS = 120_000;

let system: TestSystem;
let stores: StoreAccess;
let redis: Redis;

beforeAll(async () => {
  const redisUrl = `${inject('stack').redisUrl}/${DATABASE}`;
  // Without reconciliation, because the planted rows do not agree with the other stores.
  system = await startTestSystem(undefined, { REDIS_URL: redisUrl, RECONCILIATION_EVERY_MS: '0' });
  stores = await openStoreAccess(system);
  redis = new Redis(redisUrl);
});
afterAll(async () => {
  redis.disconnect();
  await stores.close();
  await system.close();
});

const key = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 26).toUpperCase();

/**
 * Writes events with confirmed and refused purchases into PostgreSQL only. A third of the events has ended, less than
 * the 90 days ago after which their keys expire; a third is not on sale. Tickets are free: later files reconcile as well, and
 * hundreds of missing charges would take them minutes.
 */
async function plant(): Promise<{ eventIds: string[]; transactionIds: string[] }> {
  const { owner } = stores;
  const events = await owner.query<{ id: string }>(
    `insert into events (name, venue, starts_at, ends_at, time_zone, currency, limit_per_buyer, capacity, initial_capacity, status)
     select 'Gala ' || n, 'Hall', now() + make_interval(days => case n % 3 when 0 then -n / 2 else n end),
            now() + make_interval(days => case n % 3 when 0 then -n / 2 else n end, hours => 3), 'UTC', 'EUR', 10,
            1000, 1000, case n % 3 when 1 then 'on_sale' else 'closed' end
       from generate_series(1, $1) n returning id`,
    [EVENTS],
  );
  const eventIds = events.rows.map(({ id }) => id);
  await owner.query(
    `insert into event_ticket_types (event_id, name, position, price_minor, total)
     select id, 'standard', 0, 0, 1000 from unnest($1::text[]) as id`,
    [eventIds],
  );
  await owner.query('insert into event_inventory (event_id) select * from unnest($1::text[])', [eventIds]);
  const planted = eventIds.flatMap((eventId) =>
    Array.from({ length: PURCHASES }, (_, n) => ({ eventId, n, transactionId: key(`${eventId} ${n}`) })),
  );
  await owner.query(
    `with planted as (
       select gen_random_uuid() as id, x.* from jsonb_to_recordset($1) as x("eventId" text, n integer, "transactionId" text)
     ), sold as (
       insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
              payment_method, request_id, status, outcome, confirmed_at, owner_workflow_id, owner_run_id, version)
       select id, "transactionId", 'f', 'buyer ' || n, "eventId", '[{"ticketType":"standard","quantity":1,"priceMinor":0}]', 0,
              'EUR', 'pm_approve', 'r', case n % 2 when 0 then 'confirmed' else 'refused' end,
              case n % 2 when 0 then jsonb_build_object('kind', 'confirmed', 'transactionId', "transactionId", 'amountMinor', 0,
                                                        'currency', 'EUR', 'tickets', '[]'::jsonb)
                         else jsonb_build_object('kind', 'refused', 'reason', 'sold_out', 'ticketType', 'standard') end,
              case n % 2 when 0 then now() end, 'w', 'r', 3
         from planted
     )
     select id, "eventId", n from planted`,
    [JSON.stringify(planted)],
  );
  await owner.query(
    `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
     select gen_random_uuid(), event_id, 'standard', row_number() over (partition by event_id order by id), id, user_id, 0,
            'EUR', 'valid'
       from event_ticket_transactions where status = 'confirmed' and event_id = any($1::text[])`,
    [eventIds],
  );
  return { eventIds, transactionIds: planted.map(({ transactionId }) => transactionId) };
}

it('after a wipe, all events and transactions are back in Redis, during a sale', async () => {
  const { eventIds, transactionIds } = await plant();
  const { id: onSale } = await system.createEvent({ total: 100_000 });
  const load = startBuyerLoad(system, onSale, { buyers: 4 });
  await redis.flushdb();
  const sinceMs = Date.now();
  await until(async () => expect(await redis.exists(...eventIds.map(eventKey))).toBe(EVENTS), REBUILD_TIMEOUT_MS);
  const eventsMs = Date.now() - sinceMs;
  const keys = transactionIds.map(transactionKey);
  await until(async () => expect(await redis.exists(...keys)).toBe(EVENTS * PURCHASES), REBUILD_TIMEOUT_MS);
  const tookMs = Date.now() - sinceMs;
  expect(await load.stop()).toBeGreaterThan(0);
  process.stdout.write(`redis rebuild: events after ${eventsMs} ms, all transactions after ${tookMs} ms\n`);
}, 300_000);

it('events on sale are rebuilt first, the soonest first, and events that have ended last', async () => {
  // Those that have just changed come last.
  await stores.owner.query(`update events set updated_at = now() - interval '1 h'`);
  const events = await listEventsByUrgency(system.pool, { after: null, limit: 1_000 });
  const { rows } = await system.pool.query<{ id: string; status: string; over: boolean; startsMs: number }>(
    `select id, status, ends_at < now() as over, extract(epoch from starts_at)::float8 as "startsMs" from events`,
  );
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const ranked = events.map(({ eventId }) => {
    const event = rowOf.get(eventId);
    return [event?.over ? 2 : event?.status === 'on_sale' ? 0 : 1, event?.startsMs ?? 0] as const;
  });
  expect(ranked).toHaveLength(rows.length);
  expect(ranked).toEqual(ranked.toSorted(([a, x], [b, y]) => a - b || x - y));
  const [first = null, second] = events;
  expect(await listEventsByUrgency(system.pool, { after: first, limit: 1 })).toMatchObject([
    { eventId: second?.eventId },
  ]);
});
