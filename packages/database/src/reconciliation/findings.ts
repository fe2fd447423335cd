import type { Finding, FindingKind, FindingStatus } from '@box-office/contract';
import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';
import { auditDecisions } from './audit-findings.js';
import type { FindingDecision } from './finding-decision.js';
import { withMadeRepairs } from './made-repairs.js';
import { storableJson, storableText } from '../storable-text.js';

/** A discrepancy that two checks have confirmed, to be recorded. `action` is what has to be done about it. */
export type NewFinding = Pick<
  Finding,
  'kind' | 'subject' | 'eventId' | 'ticketType' | 'purchaseId' | 'expected' | 'found' | 'cause' | 'action'
>;

/** A finding after it was recorded. */
export interface RecordedFinding {
  readonly findingId: string;
  readonly kind: FindingKind;
  readonly subject: string;
  readonly status: Extract<FindingStatus, 'found' | 'handed_over'>;
  /** It is new. */
  readonly isNew: boolean;
}

// `xmax` of a row that was inserted is 0.
const RECORD = `
insert into reconciliation_findings as f
       (reconciliation_id, kind, subject, event_id, ticket_type, purchase_id, expected, found, cause, action, status, requested_by)
select $2, i.kind, i.subject, i."eventId", i."ticketType", i."purchaseId", coalesce(i.expected, 'null'),
       coalesce(i.found, 'null'), i.cause, i.action, 'found', $3
  from jsonb_to_recordset($1) as i(kind text, subject text, "eventId" text, "ticketType" text, "purchaseId" uuid,
                                   expected jsonb, found jsonb, cause text, action text)
 order by i.kind, coalesce(i."eventId", ''), i.subject
on conflict (kind, (coalesce(event_id, '')), subject) where status in ('found', 'handed_over')
do update set last_seen = now(), expected = excluded.expected, found = excluded.found, cause = excluded.cause,
  action = case when f.cause = excluded.cause then f.action else excluded.action end,
  status = case when f.cause = excluded.cause then f.status else 'found' end,
  decided_at = case when f.cause = excluded.cause then f.decided_at end,
  repair_begun_at = case when f.cause = excluded.cause or f.status = 'found' then f.repair_begun_at end
returning id as finding_id, kind, subject, status, xmax = 0 as is_new`;

/**
 * Records discrepancies. One that is recorded and still open is the same finding again; if its cause has changed, it is
 * decided again. Subjects must be distinct, as `storableText` returns them.
 */
export async function recordFindings(
  db: pg.Pool | pg.ClientBase,
  run: { readonly reconciliationId: string; readonly requestedBy: string },
  findings: readonly NewFinding[],
): Promise<RecordedFinding[]> {
  if (findings.length === 0) return [];
  const values = [storableJson(findings), run.reconciliationId, run.requestedBy];
  return rowsOf<RecordedFinding>(db, RECORD, values);
}

const DECIDE = `
update reconciliation_findings f
   set status = i.status, action = i.action, cause = coalesce(i.cause, f.cause), decided_at = now()
  from jsonb_to_recordset($1) as i("findingId" uuid, status text, action text, cause text)
 where f.id = i."findingId"
   and (f.status in ('found', 'handed_over') or (f.status = 'gone' and i.status = 'repaired'))`;

/**
 * Records what was done about findings, in the audit log too. Earlier decisions are kept, with one exception: a repair
 * is recorded even if another run has reported meanwhile that the discrepancy is gone.
 *
 * @returns the decisions; one that a finding is gone is `repaired` if an earlier attempt repaired it
 */
export async function decideFindings(
  db: pg.Pool | pg.ClientBase,
  decisions: readonly FindingDecision[],
): Promise<readonly FindingDecision[]> {
  if (decisions.length === 0) return [];
  const made = await withMadeRepairs(db, decisions);
  await auditDecisions(db, made);
  await db.query(DECIDE, [JSON.stringify(made)]);
  return made;
}

const ACTIVE = `
select id as finding_id, kind, subject, purchase_id, status
  from reconciliation_findings
 where ($1::text is null or event_id = $1) and kind = any($2::text[]) and status in ('found', 'handed_over')
   and ($3::text[] is null or subject = any($3))
 order by last_seen, id
 limit 1000`;

/** An open finding. */
export interface ActiveFinding {
  readonly findingId: string;
  readonly kind: FindingKind;
  readonly subject: string;
  readonly purchaseId: string | null;
  readonly status: RecordedFinding['status'];
}

/**
 * Open findings of these kinds, about one event, these subjects, or any: a thousand, those first that were not seen for longest. A
 * caller that checks them sees each again or finds it gone, so the next call begins with others.
 */
export async function listActiveFindings(
  pool: pg.Pool,
  o: { readonly eventId?: string; readonly kinds: readonly FindingKind[]; readonly subjects?: readonly string[] },
): Promise<ActiveFinding[]> {
  return rowsOf<ActiveFinding>(pool, ACTIVE, [o.eventId ?? null, o.kinds, o.subjects?.map(storableText) ?? null]);
}

const OPEN = `
select count(*) filter (where status = 'found')::integer as found,
       count(*) filter (where status = 'handed_over')::integer as "handedOver"
  from reconciliation_findings where status in ('found', 'handed_over')`;

/** Number of open findings: those whose repair is due, and those that wait for an operator. */
export async function countOpenFindings(
  pool: pg.Pool,
): Promise<{ readonly found: number; readonly handedOver: number }> {
  const { rows } = await pool.query<{ found: number; handedOver: number }>(OPEN);
  return rows[0] ?? { found: 0, handedOver: 0 };
}

const PAGE = `
select id as finding_id, reconciliation_id, kind, subject, event_id, ticket_type, purchase_id, expected, found, cause, action,
       status, requested_by as by, first_seen, last_seen, decided_at
  from reconciliation_findings
 where ($1::text is null or event_id = $1)
   and ($2::uuid is null or purchase_id = $2)
   and ($3::uuid is null or reconciliation_id = $3)
   and ($4::text is null or status = $4)
   and ($5::text is null or kind = $5)
   and ($6::uuid is null or (first_seen, id) < (select first_seen, id from reconciliation_findings where id = $6))
 order by first_seen desc, id desc
 limit $7`;

/** Which findings to list; a field that is left out matches all. */
export interface FindingFilter {
  readonly eventId?: string;
  readonly purchaseId?: string;
  readonly reconciliationId?: string;
  readonly status?: FindingStatus;
  readonly kind?: FindingKind;
}

/** One page of findings, newest first. `after` is the `next` of the previous page. */
export async function listFindings(
  pool: pg.Pool,
  page: FindingFilter & { readonly after?: string; readonly limit: number },
): Promise<{ findings: Finding[]; next: string | null }> {
  const rows = await rowsOf<Finding>(pool, PAGE, [
    page.eventId ?? null,
    page.purchaseId ?? null,
    page.reconciliationId ?? null,
    page.status ?? null,
    page.kind ?? null,
    page.after ?? null,
    page.limit + 1,
  ]);
  const { items: findings, next } = pageOf(rows, page.limit, ({ findingId }) => findingId);
  return { findings, next };
}
