import type { ReconciliationCounts, ReconciliationRequest } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** One run of the reconciliation. Times ISO 8601. */
export interface ReconciliationRun {
  readonly reconciliationId: string;
  readonly requestedBy: string;
  readonly scope: string;
  readonly workflowId: string;
  /** False until an audit consumer has begun it; until then `startedAt` is when it was requested. */
  readonly isBegun: boolean;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** What it did; null while it is in progress. */
  readonly counts: ReconciliationCounts | null;
}

/** Runs without findings are kept this long. */
const KEPT_DAYS = 30;

const REQUEST = `
insert into reconciliation_runs (id, requested_by, scope, workflow_id, is_begun) values ($1, $2, $3, $4, false)
on conflict (id) do nothing`;

const BEGIN = `
insert into reconciliation_runs as r (id, requested_by, scope, workflow_id) values ($1, $2, $3, $4)
on conflict (id) do update set
  requested_by = excluded.requested_by,
  workflow_id = excluded.workflow_id,
  is_begun = true,
  started_at = case when r.is_begun then r.started_at else now() end
returning started_at`;

const DELETE_OLD = `
delete from reconciliation_runs s
 where s.started_at < now() - make_interval(days => $1)
   and not exists (select from reconciliation_findings f where f.reconciliation_id = s.id)`;

interface NewRun extends Pick<ReconciliationRun, 'reconciliationId' | 'requestedBy' | 'workflowId'> {
  readonly scope: ReconciliationRequest['scope'] | 'recovery';
}

function valuesOf({ reconciliationId, requestedBy, scope, workflowId }: NewRun): string[] {
  const scopeText = typeof scope === 'string' ? scope : `event ${scope.eventId}`;
  return [reconciliationId, requestedBy, scopeText, workflowId];
}

/** Records a run that was requested, so that it is found before it begins. Has no effect if it is recorded. */
export async function requestReconciliationRun(pool: pg.Pool, run: NewRun): Promise<void> {
  await pool.query(REQUEST, valuesOf(run));
}

/**
 * Records the beginning of a run. Idempotent.
 *
 * @returns when it began, by the database's clock, ISO 8601
 */
export async function beginReconciliationRun(pool: pg.Pool, run: NewRun): Promise<string> {
  const [row] = await rowsOf<{ startedAt: string }>(pool, BEGIN, valuesOf(run));
  await pool.query(DELETE_OLD, [KEPT_DAYS]);
  if (!row) throw new Error(`reconciliation run ${run.reconciliationId} has no row after its beginning`);
  return row.startedAt;
}

/** Records the end of a run. */
export async function finishReconciliationRun(
  pool: pg.Pool,
  reconciliationId: string,
  counts: ReconciliationCounts,
): Promise<void> {
  await pool.query('update reconciliation_runs set finished_at = now(), counts = $2 where id = $1', [
    reconciliationId,
    JSON.stringify(counts),
  ]);
}

const SELECT = `
select id as reconciliation_id, requested_by, scope, workflow_id, is_begun, started_at, finished_at, counts
  from reconciliation_runs`;

/** A run by its id, or null. */
export async function findReconciliationRun(
  pool: pg.Pool,
  reconciliationId: string,
): Promise<ReconciliationRun | null> {
  return (await rowsOf<ReconciliationRun>(pool, `${SELECT} where id = $1`, [reconciliationId]))[0] ?? null;
}

/** The latest run that has begun to compare, or null if there was none yet. A recovery run compares nothing. */
export async function latestReconciliationRun(pool: pg.Pool): Promise<ReconciliationRun | null> {
  const latest = `${SELECT} where scope <> 'recovery' and is_begun order by started_at desc limit 1`;
  return (await rowsOf<ReconciliationRun>(pool, latest))[0] ?? null;
}
