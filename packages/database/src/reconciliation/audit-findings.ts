import { findingLineIdOf } from '@box-office/contract/derive';
import type { FindingKind } from '@box-office/contract';
import type pg from 'pg';
import { appendAuditLines } from '../audit/append.js';
import type { Json } from '../audit/canonical-json.js';
import type { FindingDecision } from './finding-decision.js';

const READ = `
select f.id, f.reconciliation_id, f.kind, f.subject, f.event_id, f.purchase_id, f.expected, f.found, f.cause, f.requested_by,
       t.transaction_id, t.user_id
  from reconciliation_findings f
  left join event_ticket_transactions t on t.id = f.purchase_id
 where f.id = any($1::uuid[]) and f.status in ('found', 'handed_over')
 order by f.id`;

interface Row {
  readonly id: string;
  readonly reconciliation_id: string;
  readonly kind: FindingKind;
  readonly subject: string;
  readonly event_id: string | null;
  readonly purchase_id: string | null;
  readonly transaction_id: string | null;
  readonly user_id: string | null;
  readonly expected: Json;
  readonly found: Json;
  readonly cause: string;
  readonly requested_by: string;
}

/**
 * Writes to the audit log what was repaired and what was handed over to an operator. Called before the findings get
 * that status; a repetition writes nothing twice.
 */
export async function auditDecisions(pool: pg.Pool, decisions: readonly FindingDecision[]): Promise<void> {
  const audited = new Map(decisions.filter(({ status }) => status !== 'gone').map((one) => [one.findingId, one]));
  if (audited.size === 0) return;
  const { rows } = await pool.query<Row>(READ, [[...audited.keys()]]);
  const occurredAt = new Date().toISOString();
  await appendAuditLines(
    pool,
    rows.flatMap((row) => {
      const decision = audited.get(row.id);
      if (!decision) return [];
      const { status, action, cause = row.cause } = decision;
      return [
        {
          messageId: findingLineIdOf(row.id, status),
          kind: 'reconciliation',
          actor: row.requested_by,
          purchaseId: row.purchase_id,
          transactionId: row.transaction_id,
          userId: row.user_id,
          eventId: row.event_id,
          amountMinor: null,
          currency: null,
          requestId: row.reconciliation_id,
          occurredAt,
          before: { expected: row.expected, found: row.found },
          after: { status, action },
          details: { findingId: row.id, kind: row.kind, subject: row.subject, cause },
        },
      ];
    }),
  );
}
