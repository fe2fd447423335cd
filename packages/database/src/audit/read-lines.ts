import type pg from 'pg';
import { rowsOf } from '../rows.js';
import type { AuditLine } from './line.js';

/** Most lines that are read and kept in memory at once. */
const PAGE_LINES = 500;

/** Lines recorded from one instant on and before another, ISO 8601; without these, all of them. */
export interface AuditPeriod {
  readonly from?: string;
  /** End of the period, exclusive. */
  readonly to?: string;
}

const PAGE = `
select id::text, message_id, kind, actor, purchase_id, transaction_id, user_id, event_id, amount_minor::text, currency,
       request_id, state_before as before, state_after as after, details, audit_instant(occurred_at) as occurred_at,
       audit_instant(recorded_at) as recorded_at, encode(previous_hash, 'hex') as previous, encode(hash, 'hex') as hash
  from audit_logs
 where (id, recorded_at) > ($1::bigint, $2::timestamptz) and id <= $3
   and ($4::timestamptz is null or recorded_at >= $4)
   and ($5::timestamptz is null or recorded_at < $5)
 order by audit_logs.id, audit_logs.recorded_at
 limit $6`;

/** The newest line of the chain. */
export interface AuditHead {
  /** 0 if there is no line. */
  readonly id: string;
  readonly hash: string;
}

/** The end of the chain at this moment. */
export async function readAuditHead(pool: pg.Pool): Promise<AuditHead> {
  const { rows } = await pool.query<AuditHead>(
    `select last_id as id, encode(last_hash, 'hex') as hash from audit_chain`,
  );
  const [head] = rows;
  if (!head) throw new Error('the audit log has lost its head');
  return head;
}

/**
 * Lines of the audit log in the order of the chain, page by page; no page is empty.
 *
 * @param o.after id of the line after which to begin
 * @param o.through id of the last line
 */
export async function* auditLinePages(
  pool: pg.Pool,
  o: AuditPeriod & { readonly after: string; readonly through: string },
): AsyncGenerator<AuditLine[], void> {
  // Two lines with one id are a fault; both have to be seen.
  let cursor = { id: o.after, recordedAt: 'infinity' };
  for (;;) {
    const values = [cursor.id, cursor.recordedAt, o.through, o.from ?? null, o.to ?? null, PAGE_LINES];
    const lines = await rowsOf<AuditLine>(pool, PAGE, values, 'audit-line-page');
    const last = lines.at(-1);
    if (!last) return;
    yield lines;
    cursor = last;
  }
}

/** The lines of a period that were recorded before this call, in the order of the chain, page by page. */
export async function* exportAuditLog(pool: pg.Pool, period: AuditPeriod = {}): AsyncGenerator<AuditLine[], void> {
  const head = await readAuditHead(pool);
  yield* auditLinePages(pool, { ...period, after: '0', through: head.id });
}
