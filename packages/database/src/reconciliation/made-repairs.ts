import { correctionIdOf } from '@box-office/contract/derive';
import type pg from 'pg';
import type { FindingDecision } from './finding-decision.js';

/**
 * Notes that a repair which moves money begins now. If the process ends before it records the result, the next attempt
 * finds nothing to repair, and the finding is repaired nevertheless.
 */
export async function beginRepair(pool: pg.Pool, findingId: string): Promise<void> {
  await pool.query(
    `update reconciliation_findings set repair_begun_at = now()
      where id = $1 and status in ('found', 'handed_over') and repair_begun_at is null`,
    [findingId],
  );
}

// A ledger line that corrects has the id of its finding.
const MADE = `
select f.id, f.action from reconciliation_findings f
 where f.id = any($1::uuid[]) and f.status = 'found'
   and (f.repair_begun_at is not null
     or exists (select from capacity_ledger l where l.message_id = any($2::uuid[]) and l.finding_id = f.id))`;

/** Decides `repaired` where a finding is gone because an earlier attempt, whose result was lost, repaired it. */
export async function withMadeRepairs(
  db: pg.Pool | pg.ClientBase,
  decisions: readonly FindingDecision[],
): Promise<readonly FindingDecision[]> {
  const gone = decisions.filter(({ status }) => status === 'gone').map(({ findingId }) => findingId);
  if (gone.length === 0) return decisions;
  const { rows } = await db.query<{ id: string; action: string }>(MADE, [gone, gone.map(correctionIdOf)]);
  const made = new Map(rows.map(({ id, action }) => [id, action]));
  return decisions.map((decision) => {
    const action = decision.status === 'gone' ? made.get(decision.findingId) : undefined;
    if (action === undefined) return decision;
    return {
      ...decision,
      status: 'repaired',
      action: `an earlier attempt began this, and the discrepancy is gone: ${action}`,
    };
  });
}
