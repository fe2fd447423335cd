import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openTestDatabase } from '../../testing.js';
import { auditLinesForAppend, type NewAuditLine } from '../append.js';
import type { AuditFinding } from '../finding.js';
import type { AuditReport, AuditScope } from '../verify.js';
import { verifyAuditLog } from '../verify.js';

/**
 * A database of its own: a pool with the services' role and, to tamper with it, a client of the owner of the schema.
 */
export interface AuditFixture {
  readonly pool: pg.Pool;
  readonly owner: pg.Client;
  /** Runs a statement as the owner with all triggers of the audit tables disabled, as an attacker would. */
  tamper(statement: string, values?: readonly unknown[]): Promise<void>;
  /** Appends lines as if it were that time. */
  appendAt(lines: readonly NewAuditLine[], at: string): Promise<void>;
  close(): Promise<void>;
}

export async function openAuditFixture(): Promise<AuditFixture> {
  const stack = inject('stack');
  const database = await openTestDatabase(stack);
  const { pool } = database;
  const ownerUrl = new URL(stack.databaseOwnerUrl);
  ownerUrl.pathname = new URL(database.databaseUrl).pathname;
  const owner = new pg.Client({ connectionString: ownerUrl.href });
  await owner.connect();
  return {
    pool,
    owner,
    async tamper(statement, values = []) {
      const { rows } = await owner.query<{ table: string }>(
        `select distinct tgrelid::regclass::text as table from pg_trigger
          where not tgisinternal and tgparentid = 0 and tgrelid::regclass::text like 'audit%'`,
      );
      await owner.query('begin');
      for (const { table } of rows) await owner.query(`alter table ${table} disable trigger user`);
      await owner.query(statement, [...values]);
      for (const { table } of rows) await owner.query(`alter table ${table} enable trigger user`);
      await owner.query('commit');
    },
    async appendAt(lines, at) {
      await owner.query('select from append_audit_lines_at($1, $2)', [auditLinesForAppend(lines), at]);
    },
    async close() {
      await owner.end();
      await database.close();
    },
  };
}

export function aLine(o: Partial<NewAuditLine> = {}): NewAuditLine {
  return {
    messageId: randomUUID(),
    kind: 'purchase',
    actor: 'user_1',
    purchaseId: randomUUID(),
    userId: 'user_1',
    eventId: '1',
    amountMinor: 2_500,
    currency: 'EUR',
    requestId: 'request',
    occurredAt: '2029-12-01T10:20:00.000Z',
    details: { items: [{ TicketType: 'standard', Quantity: 1 }] },
    ...o,
  };
}

/** The verdict of a verification, with its findings. */
export async function verdictOf(pool: pg.Pool, scope: AuditScope = {}) {
  const findings: AuditFinding[] = [];
  let verdict: Extract<AuditReport, { type: 'verdict' }> | undefined;
  for await (const report of verifyAuditLog(pool, scope)) {
    if (report.type === 'finding') findings.push(report);
    if (report.type === 'verdict') verdict = report;
  }
  if (!verdict) throw new Error('no verdict');
  return { ...verdict, found: findings.map(({ kind, id, messageId }) => ({ kind, id, messageId })) };
}
