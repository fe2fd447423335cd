import pg from 'pg';
import { probeSerialGuards } from './serial-guards.js';
import type {
  AuditLine,
  BuyerRow,
  CancellationRow,
  EventRow,
  FeeRow,
  Finding,
  HoldRow,
  LedgerLine,
  PurchaseRow,
  ReceiptRow,
  Stores,
  TicketRow,
  WithheldRow,
} from './stores.js';

/** The part of the stores that PostgreSQL has. */
export type DatabaseReading = Omit<Stores, 'inventories' | 'payments' | 'queues'>;

/** Timeout of one statement. */
const STATEMENT_TIMEOUT_MS = 60_000;

// Column aliases are the names of the fields. Amounts fit into a double without loss.
const EVENTS = `
select e.id as "eventId", e.currency, e.capacity, e.initial_capacity as "initialCapacity",
       (extract(epoch from i.changed_at) * 1000)::float8 as "inventoryChangedAtMs", coalesce(
         (select jsonb_agg(jsonb_build_object('name', t.name, 'total', t.total) order by t.position)
            from event_ticket_types t where t.event_id = e.id), '[]') as "ticketTypes"
  from events e join event_inventory i on i.event_id = e.id order by e.created_at, e.id`;

const PURCHASES = `
select id as "purchaseId", transaction_id as "transactionId", user_id as "userId", event_id as "eventId", items,
       amount_minor::float8 as "amountMinor", currency, payment_method as "paymentMethod", hold_id as "holdId", status, outcome,
       coalesce(confirmed_at >= (select at from receipt_start), false) as "receiptDue"
  from event_ticket_transactions order by created_at, id`;

const TICKETS = `
select id as "ticketId", event_id as "eventId", ticket_type as "ticketType", serial, purchase_id as "purchaseId",
       user_id as "userId", price_minor::float8 as "priceMinor", status, cancellation_id as "cancellationId"
  from event_tickets order by event_id, ticket_type, serial, id`;

const CANCELLATIONS = `
select id as "cancellationId", purchase_id as "purchaseId", event_id as "eventId", status,
       amount_minor::float8 as "amountMinor"
  from ticket_cancellations order by requested_at, id`;

const FEES = `
select purchase_id as "purchaseId", amount_minor::float8 as "amountMinor", returned_by as "returnedBy"
  from purchase_fees order by id`;

const WITHHELD = `
select purchase_id as "purchaseId", cancellation_id as "cancellationId", amount_minor::float8 as "amountMinor"
  from withheld_amounts order by ticket_id`;

const RECEIPTS = `
select series, number::float8 as number, purchase_id as "purchaseId", gross_minor::float8 as "grossMinor"
  from receipts order by series, number`;

const HOLDS = `
select id as "holdId", event_id as "eventId", user_id as "userId", items, status, purchase_id as "purchaseId"
  from ticket_holds order by created_at, id`;

const BUYERS = `select event_id as "eventId", user_id as "userId", tickets from event_buyers`;

const FINDINGS = `
select kind, subject, status, event_id as "eventId", purchase_id as "purchaseId", expected, found, cause,
       (extract(epoch from first_seen) * 1000)::float8 as "firstSeenMs"
  from reconciliation_findings order by first_seen, id`;

const LEDGER = `
select message_id as "messageId", event_id as "eventId", purchase_id as "purchaseId", operation, change
  from capacity_ledger order by message_id`;

const AUDIT = `
select message_id as "messageId", kind, event_id as "eventId", purchase_id as "purchaseId",
       amount_minor::float8 as "amountMinor"
  from audit_logs where kind in ('purchase', 'cancel') order by message_id`;

/** Opens a connection with timeouts; close it with `end()`. */
export async function connectToDatabase(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'checker',
    connectionTimeoutMillis: 10_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
  });
  // A lost connection fails the current query; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Reads all tables in one snapshot. */
export async function readDatabase(databaseUrl: string): Promise<DatabaseReading> {
  const client = await connectToDatabase(databaseUrl);
  const rowsOf = async <Row extends object>(statement: string): Promise<Row[]> =>
    (await client.query<Row>(statement)).rows;
  try {
    await client.query('begin isolation level repeatable read read only');
    const reading = {
      events: await rowsOf<EventRow>(EVENTS),
      purchases: await rowsOf<PurchaseRow>(PURCHASES),
      tickets: await rowsOf<TicketRow>(TICKETS),
      cancellations: await rowsOf<CancellationRow>(CANCELLATIONS),
      fees: await rowsOf<FeeRow>(FEES),
      withheld: await rowsOf<WithheldRow>(WITHHELD),
      receipts: await rowsOf<ReceiptRow>(RECEIPTS),
      holds: await rowsOf<HoldRow>(HOLDS),
      buyers: await rowsOf<BuyerRow>(BUYERS),
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
