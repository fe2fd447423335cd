import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendAuditLines, type NewAuditLine } from '@box-office/database';
import { freshDatabase, type FreshDatabase } from '@box-office/database/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createCli, type Cli } from '../support/cli.js';

// Each test has its own database, so that it finds only what it planted.
let database: FreshDatabase;
let owner: pg.Client;
let lines: NewAuditLine[];
let cli: Cli;

beforeEach(async () => {
  const stack = inject('stack');
  database = await freshDatabase(stack);
  const address = new URL(stack.databaseOwnerUrl);
  address.pathname = new URL(database.databaseUrl).pathname;
  owner = new pg.Client({ connectionString: address.href });
  await owner.connect();
  lines = Array.from({ length: 5 }, (_, i) => ({
    messageId: randomUUID(),
    kind: 'purchase',
    actor: i === 0 ? 'O’Neil, "Ann"\nof Vienna' : 'user_1',
    purchaseId: randomUUID(),
    eventId: '1',
    amountMinor: 2_500,
    currency: 'EUR',
    requestId: null,
    occurredAt: '2029-12-01T10:20:00.000Z',
    after: { status: 'confirmed' },
    details: { items: [] },
  }));
  await appendAuditLines(owner, lines);
  cli = createCli({ DATABASE_URL: database.databaseUrl, API_URL: 'http://127.0.0.1:1' });
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

/** Only the owner of the schema can do this, after disabling the triggers. */
async function tamper(statement: string): Promise<void> {
  await owner.query('begin');
  await owner.query('alter table audit_logs disable trigger user');
  await owner.query(statement);
  await owner.query('alter table audit_logs enable trigger user');
  await owner.query('commit');
}

const messageOf = (line: number): string => lines[line - 1]?.messageId ?? '';

describe('box-office audit verify', () => {
  it('exits with 0 and prints the head of the chain when no line was changed', async () => {
    const run = await cli('audit', 'verify');
    expect([run.code, run.err]).toEqual([0, '']);
    const [, head = ''] = /^5 lines verified; the head of the chain is (5:[0-9a-f]{64})$/m.exec(run.out) ?? [];
    expect((await cli('audit', 'verify', '--noted', head)).out).toContain('The noted line 5 stands.');
  });

  it.each([
    ['altered', 'update audit_logs set amount_minor = 1 where id = 3'],
    ['removed', 'delete from audit_logs where id = 3'],
  ])('names a line that was %s, and exits with 1', async (kind, statement) => {
    await tamper(statement);
    const run = await cli('audit', 'verify');
    expect(run.code).toBe(1);
    expect(run.out).toContain(`${kind} line 3 (message ${messageOf(3)})`);
    expect(run.err).toMatch(/^box-office: [^\n]+\n$/);
    const json = (await cli('audit', 'verify', '--json')).json();
    expect(json).toMatchObject({ intact: false, findings: [{ kind, id: '3', messageId: messageOf(3) }] });
  });

  it('exits with 1 if the noted line does not exist', async () => {
    const run = await cli('audit', 'verify', '--noted', `9:${'0'.repeat(64)}`);
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('or gone')]);
  });
});

describe('box-office audit export', () => {
  it('writes JSON Lines with every field that a hash covers, and nothing else on standard output', async () => {
    const run = await cli('audit', 'export', '--format', 'jsonl');
    expect([run.code, run.err]).toEqual([0, '5 lines exported\n']);
    const exported = run.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; hash: string; messageId: string });
    expect(exported.map(({ id, messageId }) => [id, messageId])).toEqual(
      lines.map(({ messageId }, i) => [String(i + 1), messageId]),
    );
    expect(exported.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });

  it('writes CSV of a period to a file, quoted where needed, and does not overwrite an existing file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'audit-')), 'audit.csv');
    const args = ['audit', 'export', '--format', 'csv', '--from', '2020-01-01', '--out', file];
    const run = await cli(...args, '--json');
    expect([run.code, run.json()]).toMatchObject([0, { lines: 5, format: 'csv', file }]);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^id,messageId,kind,actor,.*,previous,hash\r\n1,/);
    expect(text).toContain(`1,${messageOf(1)},purchase,"O’Neil, ""Ann""\nof Vienna",`);
    expect(text).toContain(',"{""status"":""confirmed""}","{""items"":[]}",2029-12-01T10:20:00.000000Z,');
    expect(text.split('\r\n')).toHaveLength(7);
    expect((await cli(...args)).code).toBe(2);
    const none = await cli('audit', 'export', '--to', '2020-01-01');
    expect([none.out, none.err]).toEqual(['', '0 lines exported\n']);
  });
});
