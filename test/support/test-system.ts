import { randomUUID } from 'node:crypto';
import { signToken, startServices, type RunningServices, type ServiceCounts } from '@box-office/infra';
import type { Schema } from '@box-office/api-client';
import type { Ticket, TicketTypeReadModel } from '@box-office/contract';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import { createEventOnSale, openGatewayClients, type GatewayClients } from './gateway-clients.js';
import { takeServices } from './kept-services.js';

/**
 * The services of one test file, as processes of their own, on the run's real servers, and typed clients of the first
 * gateway.
 */
export interface TestSystem extends GatewayClients {
  readonly services: RunningServices;
  readonly pool: pg.Pool;
  readonly redis: Redis;
  /** Calls a gateway, as an operator by default, with any body and headers: also with those that the API refuses. */
  call(method: string, path: string, o?: CallOptions): Promise<Answer>;
  /** Requests a purchase, by default as a new buyer with a new idempotency key. */
  buy(body: object, o?: { as?: string; key?: string; gateway?: number }): Promise<Answer>;
  /** Creates an event on sale, with one ticket type `standard` unless types are given. */
  createEvent(
    o: { total: number; priceMinor?: number } | { ticketTypes: Schema<'NewEvent'>['ticketTypes'] },
  ): Promise<Schema<'Event'>>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly as?: string;
  readonly role?: 'buyer' | 'operator';
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Sent instead of a token for `as`; null sends none. */
  readonly token?: string | null;
  /** Index of the gateway. */
  readonly gateway?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** The fields that tests read from answers. A field that an answer lacks is undefined, so its assertion fails. */
export interface AnswerBody {
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly tickets: readonly Ticket[];
  readonly amountMinor: number;
  readonly currency: string;
  readonly ticketTypes: readonly TicketTypeReadModel[];
  /** Of problem details. */
  readonly type: string;
  readonly requestId: string;
}

/** One of each that has pages or takes mails, for the files about pages and mails: they share one set. */
export const SERVICES_WITH_PAGES: ServiceCounts = {
  api: 1,
  worker: 1,
  auditConsumer: 1,
  shop: 1,
  console: 1,
  mailbox: 1,
};

export const newBuyer = (): string => `buyer_${randomUUID()}`;

/**
 * Starts the services of a test file, or takes over those of the file before if it asked for the same. Close it in
 * `afterAll`; what the file paused must run again by then.
 */
export async function startTestSystem(
  counts: ServiceCounts = { api: 1, worker: 1, auditConsumer: 1 },
  env: Record<string, string> = {},
): Promise<TestSystem> {
  const stack = inject('stack');
  const services = await takeServices(JSON.stringify([counts, env]), () => startServices(stack, counts, { env }));
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 4 });
  pool.on('error', () => undefined);
  const redis = new Redis(stack.redisUrl);
  redis.on('error', () => undefined);
  const call: TestSystem['call'] = async (method, path, o = {}) => {
    const gateway = services.api[o.gateway ?? 0];
    if (!gateway) throw new Error(`there is no gateway ${o.gateway ?? 0}`);
    const token =
      o.token === undefined
        ? await signToken(stack.jwtSecret, { subject: o.as ?? 'operator', role: o.role ?? 'operator' })
        : o.token;
    const response = await fetch(gateway.url + path, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(o.body !== undefined && { 'content-type': 'application/json' }),
        ...o.headers,
      },
      ...(o.body !== undefined && { body: typeof o.body === 'string' ? o.body : JSON.stringify(o.body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    const body = (json ? JSON.parse(text) : {}) as AnswerBody;
    return { status: response.status, headers: response.headers, body };
  };

  const clients = await openGatewayClients(services.api[0]?.url ?? '', stack.jwtSecret);
  return {
    ...clients,
    services,
    pool,
    redis,
    call,
    buy: (body, o = {}) =>
      call('POST', '/api/tickets/purchase', {
        as: o.as ?? newBuyer(),
        role: 'buyer',
        gateway: o.gateway ?? 0,
        headers: { 'idempotency-key': o.key ?? randomUUID() },
        body: { payment: { method: 'pm_approve' }, ...body },
      }),
    createEvent(o) {
      const ticketTypes =
        'ticketTypes' in o ? o.ticketTypes : [{ name: 'standard', priceMinor: o.priceMinor ?? 2_500, total: o.total }];
      return createEventOnSale(clients.operator, { name: `Event ${randomUUID().slice(0, 8)}`, ticketTypes });
    },
    async close() {
      redis.disconnect();
      await pool.end();
    },
  };
}

/** Capacity and line counts of one event. The audit consumer writes them later, so read them with `until`. */
export async function ledgerOf(system: TestSystem, eventId: string) {
  const { rows } = await system.pool.query<{ capacity: number; ledger: number; audit: number }>(
    `select e.capacity,
            (select count(*)::int from capacity_ledger where event_id = e.id) as ledger,
            (select count(*)::int from audit_logs where event_id = e.id and kind <> 'operator') as audit
       from events e where e.id = $1`,
    [eventId],
  );
  const [row] = rows;
  if (!row) throw new Error(`event ${eventId} does not exist`);
  return row;
}

/** Serial numbers of an event's valid tickets, ascending. */
export async function validSerials(system: TestSystem, eventId: string): Promise<number[]> {
  const { rows } = await system.pool.query<{ serial: number }>(
    `select serial from event_tickets where event_id = $1 and status = 'valid' order by serial`,
    [eventId],
  );
  return rows.map((row) => row.serial);
}

/** Money captured and refunded for a purchase, and the number of captures, from the payment provider's statement. */
export async function paymentsOf(purchaseId: string) {
  const response = await fetch(`${inject('stack').paymentUrl}/ledger?purchase=${purchaseId}`);
  const statement = (await response.json()) as {
    purchases: { capturedMinor: number; refundedMinor: number; captureCount: number }[];
  };
  const sum = (key: 'capturedMinor' | 'refundedMinor' | 'captureCount'): number =>
    statement.purchases.reduce((total, purchase) => total + purchase[key], 0);
  return { captured: sum('capturedMinor'), refunded: sum('refundedMinor'), captures: sum('captureCount') };
}
