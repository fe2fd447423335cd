import { findingLineIdOf } from '@box-office/contract/derive';
import type { Finding } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { appendAuditLines, type NewAuditLine } from '../audit/append.js';
import type { Json } from '../audit/canonical-json.js';
import type { FindingDecision } from './finding-decision.js';

const READ = `
select f.id, f.reconciliation_id, f.kind, f.subject, f.event_id, f.purchase_id, f.expected, f.found, f.cause, f.requested_by,
       t.transaction_id, t.user_id
  from reconciliation_findings f
  left join event_ticket_transactions t on t.id = f.purchase_id
 where f.id = any($1::uuid[])
   and (f.status in ('found', 'handed_over') or (f.status = 'gone' and f.id = any($2::uuid[])))
 order by f.id`;

type Row = Pick<NewAuditLine, 'purchaseId' | 'transactionId' | 'userId' | 'eventId'> &
  Pick<Finding, 'reconciliationId' | 'kind' | 'subject' | 'cause'> & {
    readonly id: string;
    readonly expected: Json;
    readonly found: Json;
    readonly requestedBy: string;
  };

/**
 * Writes to the audit log what was repaired and what was handed over to an operator. Called before the findings get
 * that status; a repetition writes nothing twice.
 */
export async function auditDecisions(
  db: pg.Pool | pg.ClientBase,
  decisions: readonly FindingDecision[],
): Promise<void> {
  const audited = new Map(decisions.filter(({ status }) => status !== 'gone').map((one) => [one.findingId, one]));
  if (audited.size === 0) return;
  // A repair is recorded also if another run has reported meanwhile that the discrepancy is gone.
  const repaired = decisions.filter(({ status }) => status === 'repaired').map(({ findingId }) => findingId);
  const rows = await rowsOf<Row>(db, READ, [[...audited.keys()], repaired]);
  const occurredAt = new Date().toISOString();
  await appendAuditLines(
    db,
    rows.flatMap(({ id, reconciliationId, kind, subject, expected, found, cause, requestedBy, ...about }) => {
      const decision = audited.get(id);
      if (!decision) return [];
      const { status, action } = decision;
      return {
        ...about,
        messageId: findingLineIdOf(id, status, cause),
        kind: 'reconciliation',
        actor: requestedBy,
        amountMinor: null,
        currency: null,
        requestId: reconciliationId,
        occurredAt,
        before: { expected, found },
        after: { status, action },
        details: { findingId: id, kind, subject, cause: decision.cause ?? cause },
      };
    }),
  );
}
