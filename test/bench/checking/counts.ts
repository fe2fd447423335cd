import type { EventReadModel } from '@box-office/contract';
import { eventKey } from '@box-office/contract';
import type { Redis } from 'ioredis';
import type pg from 'pg';

/** Redis reads so many keys fast enough not to delay other clients. */
const KEYS_PER_READ = 500;

/** Counts in PostgreSQL over all given events. */
export interface RecordCounts {
  readonly open: number;
  readonly confirmed: number;
  readonly otherwiseEnded: number;
  readonly ledgerLines: number;
  readonly auditLines: number;
}

export async function countRecord(pool: pg.Pool, eventIds: readonly string[]): Promise<RecordCounts> {
  const { rows } = await pool.query<RecordCounts>({
    name: 'bench-counts',
    text: `
      select count(*) filter (where outcome is null)::int as open,
             count(*) filter (where status = 'confirmed')::int as confirmed,
             count(*) filter (where outcome is not null and status <> 'confirmed')::int as "otherwiseEnded",
             (select count(*)::int from capacity_ledger where event_id = any($1)) as "ledgerLines",
             (select count(*)::int from audit_logs
               where event_id = any($1) and kind in ('purchase', 'cancel')) as "auditLines"
        from event_ticket_transactions where event_id = any($1)`,
    values: [eventIds],
  });
  return only(rows);
}

export interface TicketCounts {
  readonly valid: number;
  readonly distinctSerials: number;
  readonly notValid: number;
  readonly total: number;
  readonly capacity: number;
  readonly statisticsPurchases: number;
  readonly statisticsAmountMinor: number;
}

export async function countTickets(pool: pg.Pool, eventIds: readonly string[]): Promise<TicketCounts> {
  const { rows } = await pool.query<TicketCounts>(
    `select count(*) filter (where status = 'valid')::int as valid,
            count(distinct (event_id, ticket_type, serial)) filter (where status = 'valid')::int as "distinctSerials",
            count(*) filter (where status <> 'valid')::int as "notValid",
            (select sum(total)::int from event_ticket_types where event_id = any($1)) as total,
            (select sum(capacity)::int from events where id = any($1)) as capacity,
            (select coalesce(sum(purchases), 0)::int
               from transaction_statistics where event_id = any($1)) as "statisticsPurchases",
            (select coalesce(sum(amount_minor), 0)::float8
               from transaction_statistics where event_id = any($1)) as "statisticsAmountMinor"
       from event_tickets where event_id = any($1)`,
    [eventIds],
  );
  return only(rows);
}

/** Findings of reconciliation about these events that did not turn out to be work in progress, one line each. */
export async function readFindings(pool: pg.Pool, eventIds: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select concat_ws(' ', kind, subject, status, cause, 'expected', expected, 'found', found) as line
       from reconciliation_findings where event_id = any($1) and status <> 'gone' order by first_seen limit 10`,
    [eventIds],
  );
  return rows.map(({ line }) => `reconciliation: ${line}`);
}

/** The number of these purchases that are confirmed. */
export async function countConfirmed(pool: pg.Pool, purchaseIds: readonly string[]): Promise<number> {
  if (purchaseIds.length === 0) return 0;
  const { rows } = await pool.query<{ confirmed: number }>(
    `select count(*)::int as confirmed from event_ticket_transactions
      where id = any($1::uuid[]) and status = 'confirmed'`,
    [purchaseIds],
  );
  return only(rows).confirmed;
}

export interface InventoryCounts {
  readonly available: number;
  readonly held: number;
  readonly sold: number;
}

/** Counts in Redis over all given events, from their read models. */
export async function countInventory(redis: Redis, eventIds: readonly string[]): Promise<InventoryCounts> {
  const counts = { available: 0, held: 0, sold: 0 };
  for (let from = 0; from < eventIds.length; from += KEYS_PER_READ) {
    const found = await redis.mget(eventIds.slice(from, from + KEYS_PER_READ).map(eventKey));
    for (const json of found) {
      if (json === null) throw new Error('an event of the bench is missing in Redis');
      for (const type of (JSON.parse(json) as EventReadModel).ticketTypes) {
        counts.available += type.available;
        counts.held += type.held;
        counts.sold += type.sold;
      }
    }
  }
  return counts;
}

/** The totals of the payment provider's statement. */
export interface StatementTotals {
  readonly purchases: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

export async function readStatement(paymentUrl: string): Promise<StatementTotals> {
  const response = await fetch(`${paymentUrl}/ledger?limit=1`, { signal: AbortSignal.timeout(30_000) });
  if (response.status !== 200)
    throw new Error(`the payment provider's statement cannot be read: HTTP ${response.status}`);
  const { purchaseCount, totals } = (await response.json()) as {
    purchaseCount: number;
    totals: Record<string, { capturedMinor: number; refundedMinor: number }>;
  };
  const euros = totals['EUR'] ?? { capturedMinor: 0, refundedMinor: 0 };
  return { purchases: purchaseCount, ...euros };
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (!row) throw new Error('a count has no row');
  return row;
}
