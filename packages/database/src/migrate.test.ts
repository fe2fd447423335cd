import { randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate, OtherMigrations } from './migrate.js';
import { statementsOf } from './migration-files.js';

const { databaseOwnerUrl } = inject('stack');
const database = `test_${randomBytes(6).toString('hex')}`;
const databaseUrl = Object.assign(new URL(databaseOwnerUrl), { pathname: `/${database}` }).href;
let dir: string;
let client: pg.Client;

async function asOwner(statement: string): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseOwnerUrl });
  await owner.connect();
  await owner.query(statement).finally(() => owner.end());
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'migrations-'));
  await asOwner(`create database ${database}`);
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await asOwner(`drop database ${database} with (force)`);
  await rm(dir, { recursive: true });
});

const file = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text);
const run = (
  retryAfterMs: readonly number[] = [],
  log: (line: string) => void = () => undefined,
  lockTimeoutMs = 100,
): Promise<string[]> => migrate({ databaseUrl, log }, { dir, lockTimeoutMs, retryAfterMs });

describe('migrations', () => {
  it('are applied once, in the order of their names', async () => {
    await file('0001_a.sql', 'create table a (id integer primary key);');
    expect(await run()).toEqual(['0001_a']);
    await file('0002_b.sql', 'alter table a add column b text;');
    expect(await run()).toEqual(['0002_b']);
    expect(await run()).toEqual([]);
  });

  it('refuse a database that others made, in one line, and change nothing', async () => {
    await file('0001_a.sql', 'create table a (id integer primary key);');
    await run();
    await rename(join(dir, '0001_a.sql'), join(dir, '0001_b.sql'));
    await file('0002_c.sql', 'create table c (id integer primary key);');
    const refusal = await run().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OtherMigrations);
    expect((refusal as Error).message).toBe(
      'the database was made by other migrations: it has 0001_a where this code has 0001_b. It is unchanged. ' +
        'If it is local, remove its data with "npm run reset" and start again.',
    );
    const { rows } = await client.query(`select to_regclass('c') as c`);
    expect(rows).toEqual([{ c: null }]);
  });

  it('leave a database alone that a later release has migrated', async () => {
    await file('0001_a.sql', 'create table a (id integer primary key);');
    await file('0002_b.sql', 'create table b (id integer primary key);');
    await run();
    await rm(join(dir, '0002_b.sql'));
    expect(await run()).toEqual([]);
  });

  it('leave nothing of a file that fails, and all of those before it', async () => {
    await file('0001_a.sql', 'create table a (id integer primary key);');
    await file('0002_b.sql', 'create table b (id integer primary key); select 1 / 0;');
    await expect(run()).rejects.toThrow('division by zero');
    const { rows } = await client.query(`select to_regclass('a') is not null as a, to_regclass('b') is not null as b`);
    expect(rows).toEqual([{ a: true, b: false }]);
  });

  it('wait for a lock for a limited time, and try again', async () => {
    await file('0001_a.sql', 'create table a (id integer primary key);');
    await run();
    await file('0002_b.sql', 'create table b (id integer primary key);');
    await file('0003_c.sql', 'alter table a add column c text;');
    await client.query('begin');
    await client.query('lock table a in access share mode');
    await expect(run([])).rejects.toMatchObject({ code: '55P03' });
    const tries: string[] = [];
    const applied = run([100, 1_500], (line) => void (line.includes('next try') && tries.push(line)));
    await expect.poll(() => tries.length).toBe(2);
    await client.query('commit');
    expect(await applied).toEqual(['0003_c']);
    expect(tries[0]).toBe('0003_c: a lock was not available; next try in 100 ms');
  });

  it('try again after a deadlock with another transaction, which goes first', async () => {
    await client.query('create table a (id integer); create table b (id integer);');
    await file('0001_two_tables.sql', 'alter table a add column c text; alter table b add column c text;');
    await client.query('begin; lock table b in access share mode;');
    const applied = run([500], undefined, 10_000);
    // In one call, and half of `deadlock_timeout` later, so that the migration is the first of the two to have waited for it.
    await client.query(`
      do $$ begin
        while not exists (select from pg_locks where relation = 'b'::regclass and not granted) loop
          perform pg_sleep(0.01);
        end loop;
        perform pg_sleep(0.5);
        lock table a in access share mode;
      end $$`);
    await client.query('commit');
    expect(await applied).toEqual(['0001_two_tables']);
    const { rows } = await client.query(
      `select attrelid::regclass::text as table from pg_attribute where attname = 'c' and attrelid in ('a'::regclass, 'b'::regclass)`,
    );
    expect(rows).toHaveLength(2);
  });

  it('name what was applied before a lock was missing', async () => {
    await client.query('create table a (id integer)');
    await file('0001_b.sql', 'create table b (id integer primary key);');
    await file('0002_c.sql', 'alter table a add column c text;');
    await client.query('begin');
    await client.query('lock table a in access share mode');
    const applied = run([500], (line) => void (line.includes('next try') && client.query('commit')));
    expect(await applied).toEqual(['0001_b', '0002_c']);
  });

  it('run outside of a transaction where the name of the file says so', async () => {
    await file('0001_a.sql', 'create table a (id integer primary key, b text, c integer);');
    await file(
      '0002_by_b.no_transaction.sql',
      `-- A failed try leaves an invalid index; a semicolon.
       drop index concurrently if exists by_b;
       create index concurrently by_b on a (b);
       do $$ begin
         insert into a (id, b) values (1, 'x;y');
         commit;
         insert into a (id, b) values (2, 'z');
       end $$;`,
    );
    expect(await run()).toEqual(['0001_a', '0002_by_b.no_transaction']);
    const { rows } = await client.query(
      `select (select indisvalid from pg_index where indexrelid = 'by_b'::regclass), (select count(*)::integer from a)`,
    );
    expect(rows).toEqual([{ indisvalid: true, count: 2 }]);
  });
});

it('statements end at semicolons outside of quotes, dollar quotes and comments', () => {
  expect(statementsOf(`select ';'; -- no; end\nselect 'it''s;';\ndo $a$ begin; $$;$$ end $a$;\n-- end;\n`)).toEqual([
    `select ';'`,
    `-- no; end\nselect 'it''s;'`,
    `do $a$ begin; $$;$$ end $a$`,
  ]);
});
