import type pg from 'pg';
import { verifyAuditLog } from './verify.js';

/** Partitions are created for this month and this many after it, so a job that fails for weeks does no harm. */
const MONTHS_AHEAD = 2;

export interface AuditMaintenance {
  /** Partitions that were created now. */
  readonly created: readonly string[];
  /** Partitions that were older than the retention, and were dropped. */
  readonly dropped: readonly string[];
  /** A partition that is older than the retention but not intact: it is evidence, and is kept with all later ones. */
  readonly broken: string | null;
}

/**
 * Creates partitions in advance, and drops those that are older than the retention, each after its lines were verified.
 * The owner of the schema sets the retention: `update audit_retention set months = 84`. Without it nothing is dropped.
 */
export async function maintainAuditLog(pool: pg.Pool): Promise<AuditMaintenance> {
  const created = await pool.query<{ name: string }>('select prepare_audit_partitions($1) as name', [MONTHS_AHEAD]);
  const due = await pool.query<{ partition: string; starts_at: Date; ends_at: Date }>(
    'select partition, starts_at, ends_at from due_audit_partitions()',
  );
  const dropped: string[] = [];
  let broken: string | null = null;
  for (const { partition, starts_at, ends_at } of due.rows) {
    if (!(await isIntact(pool, { from: starts_at.toISOString(), to: ends_at.toISOString() }))) {
      broken = partition;
      break;
    }
    const { rows } = await pool.query<{ done: boolean }>('select drop_audit_partition($1) as done', [partition]);
    // Another process was faster.
    if (rows[0]?.done !== true) break;
    dropped.push(partition);
  }
  return { created: created.rows.map((row) => row.name), dropped, broken };
}

async function isIntact(pool: pg.Pool, period: { from: string; to: string }): Promise<boolean> {
  for await (const report of verifyAuditLog(pool, period)) {
    if (report.type === 'finding') return false;
  }
  return true;
}
