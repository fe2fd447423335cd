import type { PurchaseOutcome, PurchaseStatus, TicketStatus } from '@box-office/contract';
import type { QuotedItem } from '@box-office/records';
import pg from 'pg';
import { probeSerialGuards } from './serial-guards.js';
import type { AuditLine, LedgerLine, Stores } from './stores.js';

export type RecordReading = Pick<Stores, 'events' | 'purchases' | 'tickets' | 'ledger' | 'audit' | 'serialGuards'>;

/** Longest that one of the statements may take. */
const STATEMENT_TIMEOUT_MS = 60_000;

const EVENTS = `
select e.id, e.currency, e.capacity, e.initial_capacity,
       (select jsonb_agg(jsonb_build_object('name', t.name, 'total', t.total) order by t.position)
          from event_ticket_types t where t.event_id = e.id) as ticket_types
  from events e order by e.created_at, e.id`;

const PURCHASES = `
select id, transaction_id, user_id, event_id, items, amount_minor, currency, payment_method, status, outcome
  from event_ticket_transactions order by created_at, id`;

const TICKETS = `
select id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, status
  from event_tickets order by event_id, ticket_type, serial, id`;

const LEDGER = `select message_id, event_id, purchase_id, operation, change from capacity_ledger order by message_id`;

const AUDIT = `
select message_id, kind, event_id, purchase_id, amount_minor
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
  try {
    await client.query('begin isolation level repeatable read read only');
    const events = await client.query<EventRow>(EVENTS);
    const purchases = await client.query<PurchaseRow>(PURCHASES);
    const tickets = await client.query<TicketRow>(TICKETS);
    const ledger = await client.query<LedgerRow>(LEDGER);
    const audit = await client.query<AuditRow>(AUDIT);
    await client.query('commit');
    return {
      events: events.rows.map((row) => ({
        eventId: row.id,
        currency: row.currency,
        capacity: row.capacity,
        initialCapacity: row.initial_capacity,
        ticketTypes: row.ticket_types ?? [],
      })),
      purchases: purchases.rows.map(purchaseOf),
      tickets: tickets.rows.map((row) => ({
        ticketId: row.id,
        eventId: row.event_id,
        ticketType: row.ticket_type,
        serial: row.serial,
        purchaseId: row.purchase_id,
        userId: row.user_id,
        priceMinor: Number(row.price_minor),
        status: row.status,
      })),
      ledger: ledger.rows.map((row) => ({
        messageId: row.message_id,
        eventId: row.event_id,
        purchaseId: row.purchase_id,
        operation: row.operation,
        change: row.change,
      })),
      audit: audit.rows.map((row) => ({
        messageId: row.message_id,
        kind: row.kind,
        eventId: row.event_id,
        purchaseId: row.purchase_id,
        amountMinor: Number(row.amount_minor),
      })),
      serialGuards: await probeSerialGuards(client),
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function purchaseOf(row: PurchaseRow): RecordReading['purchases'][number] {
  return {
    purchaseId: row.id,
    transactionId: row.transaction_id,
    userId: row.user_id,
    eventId: row.event_id,
    items: row.items,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
    paymentMethod: row.payment_method,
    status: row.status,
    outcome: row.outcome,
  };
}

interface EventRow {
  readonly id: string;
  readonly currency: string;
  readonly capacity: number;
  readonly initial_capacity: number;
  readonly ticket_types: { name: string; total: number }[] | null;
}

interface PurchaseRow {
  readonly id: string;
  readonly transaction_id: string;
  readonly user_id: string;
  readonly event_id: string;
  readonly items: QuotedItem[] | null;
  readonly amount_minor: string;
  readonly currency: string;
  readonly payment_method: string;
  readonly status: PurchaseStatus;
  readonly outcome: PurchaseOutcome | null;
}

interface TicketRow {
  readonly id: string;
  readonly event_id: string;
  readonly ticket_type: string;
  readonly serial: number;
  readonly purchase_id: string;
  readonly user_id: string;
  readonly price_minor: string;
  readonly status: TicketStatus;
}

interface LedgerRow {
  readonly message_id: string;
  readonly event_id: string;
  readonly purchase_id: string | null;
  readonly operation: LedgerLine['operation'];
  readonly change: number;
}

interface AuditRow {
  readonly message_id: string;
  readonly kind: AuditLine['kind'];
  readonly event_id: string | null;
  readonly purchase_id: string | null;
  readonly amount_minor: string;
}
