import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { canonicalJson, type Json } from './canonical-json.js';

/** A new line: who did what to what, when, and the state before and after. */
export interface NewAuditLine {
  /** Identifies the act: the same id is recorded once. A UUID. */
  readonly messageId: string;
  /** `purchase`, `cancel`, `operator`, `event` … */
  readonly kind: string;
  /** The subject of a token, or the name of a service. */
  readonly actor: string | null;
  readonly purchaseId?: string | null;
  readonly transactionId?: string | null;
  /** The buyer whom it concerns. */
  readonly userId?: string | null;
  readonly eventId?: string | null;
  /** Minor units. */
  readonly amountMinor?: number | null;
  readonly currency?: string | null;
  /** Id of the HTTP request. */
  readonly requestId?: string | null;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly details: Json;
}

/**
 * - `recorded`: the line was appended
 * - `duplicate`: the message had its line already; nothing was written
 * - `conflict`: another message has a line with this id; nothing was written
 */
export type AuditAppended = 'recorded' | 'duplicate' | 'conflict';

/** Result for one line. */
export interface AppendedLine {
  readonly messageId: string;
  readonly outcome: AuditAppended;
}

/** Lines as append_audit_lines takes them; its hashes are made from these texts. */
export function auditLinesForAppend(lines: readonly NewAuditLine[]): string {
  return JSON.stringify(
    lines.map(({ before, after, details, ...line }) => ({
      ...line,
      ...(before !== undefined && { before: canonicalJson(before) }),
      ...(after !== undefined && { after: canonicalJson(after) }),
      details: canonicalJson(details),
    })),
  );
}

/**
 * Appends lines to the audit log, in the order given, each once by its message id. Appends wait for the commit of each
 * other, so within a transaction this comes last.
 *
 * @returns the result for each message id, in lower case
 */
export async function appendAuditLines(
  db: pg.Pool | pg.ClientBase,
  lines: readonly NewAuditLine[],
): Promise<Map<string, AuditAppended>> {
  if (lines.length === 0) return new Map();
  const text = 'select message_id, outcome from append_audit_lines($1)';
  const rows = await rowsOf<AppendedLine>(db, text, [auditLinesForAppend(lines)], 'append-audit-lines');
  return new Map(rows.map(({ messageId, outcome }) => [messageId, outcome]));
}
