import {
  CAPACITY_UPDATES_QUEUE,
  eventKey,
  TRANSACTIONS_QUEUE,
  transactionKey,
  userTicketsKey,
  type EventReadModel,
  type TransactionReadModel,
  type UserTicketsReadModel,
} from '@box-office/contract';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 5_000;

interface LedgerLine {
  readonly messageId: string;
  readonly eventId: string;
  readonly change: number;
  readonly operation: string;
  readonly transactionId: string;
}

interface AuditLine {
  readonly messageId: string;
  readonly kind: string;
  readonly userId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** Reads what purchases leave in each store, for showing it. Rows and keys that are not there yet are undefined. */
export interface Stores {
  capacity(eventId: string): Promise<number | undefined>;
  transaction(purchaseId: string): Promise<{ readonly status: string; readonly amountMinor: number } | undefined>;
  tickets(purchaseId: string): Promise<readonly { ticketType: string; serial: number; status: string }[]>;
  ledgerLine(purchaseId: string): Promise<LedgerLine | undefined>;
  auditLine(purchaseId: string): Promise<AuditLine | undefined>;
  eventModel(eventId: string): Promise<EventReadModel | undefined>;
  userModel(userId: string): Promise<UserTicketsReadModel | undefined>;
  transactionModel(transactionId: string): Promise<TransactionReadModel | undefined>;
  /** Messages that wait in the two queues, and who reads them. */
  queues(): Promise<readonly { readonly queue: string; readonly waiting: number; readonly consumers: number }[]>;
  close(): Promise<void>;
}

/** @param addresses the services' own */
export function openStores(addresses: { databaseUrl: string; redisUrl: string; amqpUrl: string }): Stores {
  const pool = new pg.Pool({
    connectionString: addresses.databaseUrl,
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'box-office-demo',
  });
  pool.on('error', () => undefined);
  const redis = new Redis(addresses.redisUrl, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: STATEMENT_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
  });
  redis.on('error', () => undefined);

  async function rows<Row extends pg.QueryResultRow>(sql: string, value: string): Promise<Row[]> {
    return (await pool.query<Row>(sql, [value])).rows;
  }
  async function json<T>(key: string): Promise<T | undefined> {
    const text = await redis.get(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  }

  return {
    async capacity(eventId) {
      return (await rows<{ capacity: number }>('select capacity from events where id = $1', eventId))[0]?.capacity;
    },
    async transaction(purchaseId) {
      const sql = 'select status, amount_minor::float8 as "amountMinor" from event_ticket_transactions where id = $1';
      return (await rows<{ status: string; amountMinor: number }>(sql, purchaseId))[0];
    },
    tickets: (purchaseId) =>
      rows<{ ticketType: string; serial: number; status: string }>(
        `select ticket_type as "ticketType", serial, status from event_tickets
          where purchase_id = $1 order by ticket_type, serial`,
        purchaseId,
      ),
    async ledgerLine(purchaseId) {
      const sql = `select message_id as "messageId", event_id as "eventId", change, operation, transaction_id as "transactionId"
                     from capacity_ledger where purchase_id = $1 order by applied_at limit 1`;
      return (await rows<{ -readonly [K in keyof LedgerLine]: LedgerLine[K] }>(sql, purchaseId))[0];
    },
    async auditLine(purchaseId) {
      const sql = `select message_id as "messageId", kind, user_id as "userId", amount_minor::float8 as "amountMinor", currency
                     from audit_logs where purchase_id = $1 order by id limit 1`;
      return (await rows<{ -readonly [K in keyof AuditLine]: AuditLine[K] }>(sql, purchaseId))[0];
    },
    eventModel: (eventId) => json<EventReadModel>(eventKey(eventId)),
    userModel: (userId) => json<UserTicketsReadModel>(userTicketsKey(userId)),
    transactionModel: (transactionId) => json<TransactionReadModel>(transactionKey(transactionId)),
    queues: () => readQueues(addresses.amqpUrl),
    async close() {
      redis.disconnect();
      await pool.end();
    },
  };
}

async function readQueues(url: string): Promise<{ queue: string; waiting: number; consumers: number }[]> {
  const connection = await connect(url, { timeout: CONNECT_TIMEOUT_MS });
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createChannel();
    const found = [];
    for (const queue of [CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE]) {
      const { messageCount, consumerCount } = await channel.checkQueue(queue);
      found.push({ queue, waiting: messageCount, consumers: consumerCount });
    }
    return found;
  } finally {
    await connection.close();
  }
}
