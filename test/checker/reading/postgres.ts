import pg from 'pg';
import { probeSerialGuards } from './serial-guards.js';
import type {
  AuditLine,
  BuyerOnRecord,
  CancellationOnRecord,
  EventOnRecord,
  Finding,
  HoldOnRecord,
  LedgerLine,
  PurchaseOnRecord,
  Stores,
  TicketOnRecord,
} from './stores.js';

/** What PostgreSQL knows of the stores. */
export type RecordReading = Omit<Stores, 'inventories' | 'payments' | 'queues'>;

/** Longest that one of the statements may take. */
const STATEMENT_TIMEOUT_MS = 60_000;

// Columns bear the names of the fields that they are read into; amounts fit a double exactly.
const EVENTS = `
select e.id as "eventId", e.currency, e.capacity, e.initial_capacity as "initialCapacity", coalesce(
         (select jsonb_agg(jsonb_build_object('name', t.name, 'total', t.total) order by t.position)
            from event_ticket_types t where t.event_id = e.id), '[]') as "ticketTypes"
  from events e order by e.created_at, e.id`;

const PURCHASES = `
select id as "purchaseId", transaction_id as "transactionId", user_id as "userId", event_id as "eventId", items,
       amount_minor::float8 as "amountMinor", currency, payment_method as "paymentMethod", hold_id as "holdId", status, outcome
  from event_ticket_transactions order by created_at, id`;

const TICKETS = `
select id as "ticketId", event_id as "eventId", ticket_type as "ticketType", serial, purchase_id as "purchaseId",
       user_id as "userId", price_minor::float8 as "priceMinor", status, cancellation_id as "cancellationId"
  from event_tickets order by event_id, ticket_type, serial, id`;

const CANCELLATIONS = `
select id as "cancellationId", purchase_id as "purchaseId", event_id as "eventId", status,
       amount_minor::float8 as "amountMinor"
  from ticket_cancellations order by requested_at, id`;

const HOLDS = `
select id as "holdId", event_id as "eventId", user_id as "userId", items, status, purchase_id as "purchaseId"
  from ticket_holds order by created_at, id`;

const BUYERS = `select event_id as "eventId", user_id as "userId", tickets from event_buyers`;

const FINDINGS = `
select kind, subject, status, event_id as "eventId", purchase_id as "purchaseId", expected, found, cause
  from reconciliation_findings order by first_seen, id`;

const LEDGER = `
select message_id as "messageId", event_id as "eventId", purchase_id as "purchaseId", operation, change
  from capacity_ledger order by message_id`;

const AUDIT = `
select message_id as "messageId", kind, event_id as "eventId", purchase_id as "purchaseId",
       amount_minor::float8 as "amountMinor"
  from audit_logs where kind in ('purchase', 'cancel') order by message_id`;

/** Opens a connection whose every wait has an end; close it with `end()`. */
export async function connectToRecord(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'checker',
    connectionTimeoutMillis: 10_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
  });
  // A lost connection fails the query under way; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Reads the record as it stood at one moment: all tables in one snapshot. */
export async function readRecord(databaseUrl: string): Promise<RecordReading> {
  const client = await connectToRecord(databaseUrl);
  const rowsOf = async <Row extends object>(statement: string): Promise<Row[]> =>
    (await client.query<Row>(statement)).rows;
  try {
    await client.query('begin isolation level repeatable read read only');
    const reading = {
      events: await rowsOf<EventOnRecord>(EVENTS),
      purchases: await rowsOf<PurchaseOnRecord>(PURCHASES),
      tickets: await rowsOf<TicketOnRecord>(TICKETS),
      cancellations: await rowsOf<CancellationOnRecord>(CANCELLATIONS),
      holds: await rowsOf<HoldOnRecord>(HOLDS),
      buyers: await rowsOf<BuyerOnRecord>(BUYERS),
      findings: await rowsOf<Finding>(FINDINGS),
      ledger: await rowsOf<LedgerLine>(LEDGER),
      audit: await rowsOf<AuditLine>(AUDIT),
    };
    await client.query('commit');
    return { ...reading, serialGuards: await probeSerialGuards(client) };
  } finally {
    await client.end().catch(() => undefined);
  }
}
