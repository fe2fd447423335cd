import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../migrate.js';
import { appendAuditLines } from './append.js';
import { aLine, verdictOf } from './testing/audit-office.js';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
const database = `test_${randomBytes(6).toString('hex')}`;
const { databaseOwnerUrl } = inject('stack');
const address = new URL(databaseOwnerUrl);
address.pathname = `/${database}`;
let pool: pg.Pool;

async function asOwner(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseOwnerUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

beforeAll(async () => {
  await asOwner(`create database ${database}`);
  pool = new pg.Pool({ connectionString: address.href, max: 2 });
});

afterAll(async () => {
  await pool.end();
  await asOwner(`drop database ${database} with (force)`);
});

describe('the migration that chains the audit log', () => {
  it('gives the lines of before their places, and the next ones follow', async () => {
    const before = readdirSync(MIGRATIONS)
      .sort()
      .findIndex((name) => name.endsWith('audit_chain.sql'));
    const options = { databaseUrl: address.href, dir: MIGRATIONS, migrationsTable: 'schema_migrations' };
    await runner({ ...options, direction: 'up', count: before, log: () => undefined });
    const odd = { reason: 'häßlich "\\ \n\u2028 😀', nested: [{ b: 1.5, a: null }, [], {}], '': true };
    for (const [i, kind] of ['purchase', 'operator', 'cancel'].entries()) {
      await pool.query(
        `insert into audit_logs (message_id, kind, user_id, amount_minor, details, occurred_at, recorded_at)
         values ($1, $2, 'user_1', 9007199254740993, $3, '2026-01-01T00:00:00.123456Z', $4)`,
        [
          randomUUID(),
          kind,
          { ...odd, ...(kind === 'operator' && { operator: 'ann' }) },
          `2026-0${3 - i}-01T00:00:00Z`,
        ],
      );
    }
    await migrate({ databaseUrl: address.href });
    await appendAuditLines(pool, [aLine()]);
    expect(await verdictOf(pool)).toMatchObject({ intact: true, verified: 4, found: [] });
    const { rows } = await pool.query('select kind, actor from audit_logs order by id');
    expect(rows).toEqual([
      { kind: 'cancel', actor: 'user_1' },
      { kind: 'operator', actor: 'ann' },
      { kind: 'purchase', actor: 'user_1' },
      { kind: 'purchase', actor: 'user_1' },
    ]);
  });
});
