import type { ReconciliationCounts } from '@box-office/contract';
import type pg from 'pg';

/** One run of the reconciliation. Times ISO 8601. */
export interface Sweep {
  readonly sweepId: string;
  readonly requestedBy: string;
  readonly scope: string;
  readonly workflowId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** What it did; null while it goes on. */
  readonly counts: ReconciliationCounts | null;
}

/** Sweeps that found nothing are kept so long. */
const KEPT_DAYS = 30;

const BEGIN = `
insert into reconciliation_sweeps (id, requested_by, scope, workflow_id) values ($1, $2, $3, $4)
on conflict (id) do update set workflow_id = excluded.workflow_id
returning started_at`;

const FORGET = `
delete from reconciliation_sweeps s
 where s.started_at < now() - make_interval(days => $1)
   and not exists (select from reconciliation_findings f where f.sweep_id = s.id)`;

/** Records the beginning of a sweep. Idempotent. @returns when it began, by the database's clock, ISO 8601 */
export async function beginSweep(
  pool: pg.Pool,
  sweep: Pick<Sweep, 'sweepId' | 'requestedBy' | 'scope' | 'workflowId'>,
): Promise<string> {
  const { rows } = await pool.query<{ started_at: Date }>(BEGIN, [
    sweep.sweepId,
    sweep.requestedBy,
    sweep.scope,
    sweep.workflowId,
  ]);
  await pool.query(FORGET, [KEPT_DAYS]);
  const [row] = rows;
  if (!row) throw new Error(`sweep ${sweep.sweepId} has no row after its beginning`);
  return row.started_at.toISOString();
}

/** Records the end of a sweep. */
export async function finishSweep(pool: pg.Pool, sweepId: string, counts: ReconciliationCounts): Promise<void> {
  await pool.query('update reconciliation_sweeps set finished_at = now(), counts = $2 where id = $1', [
    sweepId,
    JSON.stringify(counts),
  ]);
}

interface Row {
  readonly id: string;
  readonly requested_by: string;
  readonly scope: string;
  readonly workflow_id: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly counts: ReconciliationCounts | null;
}

/** A sweep by its id, or null. */
export async function findSweep(pool: pg.Pool, sweepId: string): Promise<Sweep | null> {
  const { rows } = await pool.query<Row>('select * from reconciliation_sweeps where id = $1', [sweepId]);
  return rows[0] ? sweepOf(rows[0]) : null;
}

/** The sweep that began last, or null if there was none yet. */
export async function latestSweep(pool: pg.Pool): Promise<Sweep | null> {
  const { rows } = await pool.query<Row>('select * from reconciliation_sweeps order by started_at desc limit 1');
  return rows[0] ? sweepOf(rows[0]) : null;
}

function sweepOf(row: Row): Sweep {
  return {
    sweepId: row.id,
    requestedBy: row.requested_by,
    scope: row.scope,
    workflowId: row.workflow_id,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    counts: row.counts,
  };
}
