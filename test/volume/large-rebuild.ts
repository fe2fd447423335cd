import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServices } from '@box-office/infra';
import { createInventory } from '@box-office/inventory';
import { Redis } from 'ioredis';
import { openGateways, type Gateways } from '../faults/buyers/gateways.js';
import type { VolumeHarness } from './volume-harness.js';

const TICKETS_PER_PURCHASE = 2;
const PURCHASES_PER_INSERT = 5_000;
/** Buyers of the other event; each buys one ticket after the other. */
const OTHER_BUYERS = 4;
const REPEAT_AFTER_MS = 50;
const REQUEST_TIMEOUT_MS = 30_000;
const REBUILD_TIMEOUT_MS = 120_000;
/** Redis logs commands that take longer, in microseconds. */
const SLOWLOG_US = 500;

/** The effects of rebuilding the inventory of a large event while another event is sold. */
export interface LargeRebuild {
  readonly tickets: number;
  /** From the loss of the inventory to the first ticket that is sold again. */
  readonly unavailableMs: number;
  /** The longest time that one command blocked Redis. */
  readonly maxRedisCommand: { readonly ms: number; readonly name: string };
  readonly others: {
    readonly sold: number;
    readonly p50Ms: number;
    readonly maxMs: number;
    /** Status codes of answers without a ticket. */
    readonly refused: readonly number[];
  };
  /** Tickets sold according to Redis after the rebuild; must equal `soldInPostgres`. */
  readonly soldInRedis: number;
  readonly soldInPostgres: number;
}

/** Deletes the inventory of an event with so many sold tickets from Redis, and buys until the event is sold again. */
export async function rebuildLargeEvent({ stack, pool }: VolumeHarness, tickets: number): Promise<LargeRebuild> {
  const paymentPort = Number(new URL(stack.addresses.paymentUrl).port);
  const simulator = await startServices(
    stack,
    { simulator: 1 },
    { takePort: async () => paymentPort, label: 'large-' },
  );
  const services = await startServices(stack, { api: 1, worker: 1 }, { label: 'large-' });
  const redis = new Redis(stack.addresses.redisUrl);
  const gateways = openGateways({ urls: services.api.map(({ url }) => url), jwtSecret: stack.jwtSecret });
  try {
    const large = await createEvent(gateways, tickets + 1_000);
    const other = await createEvent(gateways, 1_000_000);
    await insertSales(pool, large, tickets);
    await redis.config('SET', 'slowlog-log-slower-than', String(SLOWLOG_US), 'slowlog-max-len', '10000');
    await buy(gateways, other);
    await redis.slowlog('RESET');

    const others = startBuyers(gateways, other);
    await sleep(500);
    await redis.unlink(...(await redis.keys(`*event:${large}}*`)), `event:${large}`);
    const unavailableMs = await waitUntilSold(gateways, large);
    const sold = await others.stop();

    const counted = (await createInventory(redis).readAvailability(large)) as {
      event?: { ticketTypes: { sold: number }[] };
    };
    const { rows } = await pool.query<{ sold: number }>(
      `select count(*)::integer as sold from event_tickets where event_id = $1 and serial_in_use`,
      [large],
    );
    return {
      tickets,
      unavailableMs,
      others: sold,
      maxRedisCommand: await maxCommand(redis),
      soldInRedis: counted.event?.ticketTypes[0]?.sold ?? 0,
      soldInPostgres: rows[0]?.sold ?? 0,
    };
  } finally {
    redis.disconnect();
    await services.stop();
    await simulator.stop();
  }
}

async function createEvent(gateways: Gateways, total: number): Promise<string> {
  const body = {
    name: 'Festival',
    venue: 'Hall',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    startsAt: '2035-01-01T19:00:00Z',
    endsAt: '2035-01-01T22:00:00Z',
    ticketTypes: [{ name: 'standard', priceMinor: 2_500, total }],
  };
  const request = { method: 'POST', path: '/api/events', as: 'operator', role: 'operator', body } as const;
  const answer = await gateways.send(request, 0, REQUEST_TIMEOUT_MS);
  if (answer.status !== 201) throw new Error(`no event: ${answer.status}`);
  return (answer.body as { id: string }).id;
}

const SELL = `
with purchase as (
  insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
         payment_method, request_id, status, outcome, confirmed_at, owner_workflow_id, owner_run_id)
  select gen_random_uuid(), 'LARGE-' || $1 || '-' || n, 'f', 'large_' || n, $1,
         jsonb_build_array(jsonb_build_object('ticketType', 'standard', 'quantity', $4::integer, 'priceMinor', 2500)),
         2500 * $4, 'EUR', 'pm_approve', 'large', 'confirmed', '{"kind": "confirmed"}', now(), 'large', 'large'
    from generate_series($2::integer, $3::integer) as n
  returning id, user_id, substr(user_id, 7)::integer as n
)
insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
select gen_random_uuid(), $1, 'standard', p.n * $4 + k, p.id, p.user_id, 2500, 'EUR', 'valid'
  from purchase p cross join generate_series(1, $4) as k`;

/** Writes sales of an event into PostgreSQL only. */
async function insertSales(pool: VolumeHarness['pool'], eventId: string, tickets: number): Promise<void> {
  const purchases = Math.floor(tickets / TICKETS_PER_PURCHASE);
  for (let first = 0; first < purchases; first += PURCHASES_PER_INSERT) {
    const last = Math.min(purchases, first + PURCHASES_PER_INSERT) - 1;
    await pool.query(SELL, [eventId, first, last, TICKETS_PER_PURCHASE]);
  }
}

async function buy(gateways: Gateways, eventId: string, key: string = randomUUID()): Promise<number> {
  const body = { eventId, quantity: 1, payment: { method: 'pm_approve' } };
  const request = { method: 'POST', path: '/api/tickets/purchase', as: `buyer_${key}`, key, body } as const;
  return (await gateways.send(request, 0, REQUEST_TIMEOUT_MS)).status;
}

/** Repeats one purchase until it succeeds. @returns the time that it took */
async function waitUntilSold(gateways: Gateways, eventId: string): Promise<number> {
  const startedAt = performance.now();
  const key = randomUUID();
  for (;;) {
    const status = await buy(gateways, eventId, key);
    const tookMs = performance.now() - startedAt;
    if (status === 201) return tookMs;
    if (tookMs > REBUILD_TIMEOUT_MS) throw new Error(`event ${eventId} cannot be bought: ${status}`);
    await sleep(REPEAT_AFTER_MS);
  }
}

function startBuyers(gateways: Gateways, eventId: string): { stop(): Promise<LargeRebuild['others']> } {
  const tookMs: number[] = [];
  const refused: number[] = [];
  let stopped = false;
  async function buyer(): Promise<void> {
    while (!stopped) {
      const startedAt = performance.now();
      const status = await buy(gateways, eventId);
      tookMs.push(performance.now() - startedAt);
      if (status !== 201) refused.push(status);
    }
  }
  const buyers = Array.from({ length: OTHER_BUYERS }, buyer);
  return {
    async stop() {
      stopped = true;
      await Promise.all(buyers);
      const sorted = tookMs.toSorted((a, b) => a - b);
      const p50Ms = sorted[Math.floor(sorted.length / 2)] ?? 0;
      return { sold: sorted.length - refused.length, p50Ms, maxMs: sorted.at(-1) ?? 0, refused };
    },
  };
}

async function maxCommand(redis: Redis): Promise<LargeRebuild['maxRedisCommand']> {
  const entries = (await redis.slowlog('GET', 10_000)) as [id: number, at: number, us: number, command: string[]][];
  const ofServices = entries.filter(([, , , [name = '']]) => !['keys', 'slowlog'].includes(name.toLowerCase()));
  const [longest] = ofServices.toSorted(([, , a], [, , b]) => b - a);
  return longest ? { ms: longest[2] / 1_000, name: longest[3][0] ?? '' } : { ms: SLOWLOG_US / 1_000, name: 'any' };
}
