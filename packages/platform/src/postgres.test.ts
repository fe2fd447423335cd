import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLogger } from './logger.js';
import { createPool, inTransaction } from './postgres.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const schema = `platform_${randomBytes(6).toString('hex')}`;
const notes = `${schema}.notes`;
let pool: pg.Pool;

beforeAll(async () => {
  pool = createPool({ url: inject('stack').databaseOwnerUrl, applicationName: schema, max: 3, logger });
  await pool.query(`create schema ${schema}`);
  await pool.query(`create table ${notes} (text text primary key)`);
});

afterAll(async () => {
  await pool.query(`drop schema ${schema} cascade`);
  await pool.end();
});

async function texts(): Promise<string[]> {
  const { rows } = await pool.query<{ text: string }>(`select text from ${notes} order by text`);
  return rows.map((row) => row.text);
}

async function cleared(): Promise<void> {
  await pool.query(`delete from ${notes}`);
}

const insert = (client: pg.PoolClient, text: string): Promise<unknown> =>
  client.query(`insert into ${notes} values ($1)`, [text]);

describe('createPool', () => {
  it.each([
    ['by_index', ['off', 'off', 'off', 'auto', '5120']],
    ['by_size', ['on', 'on', 'off', 'force_custom_plan', '5120']],
  ] as const)('plans %s as it says, and takes further settings from the URL', async (planning, settings) => {
    const url = new URL(inject('stack').databaseOwnerUrl);
    url.searchParams.set('options', '-c work_mem=5MB');
    const own = createPool({ url: url.href, applicationName: schema, max: 1, planning, logger });
    const { rows } = await own.query<{ setting: string }>(
      `select setting from pg_settings where name in ('enable_hashjoin', 'enable_seqscan', 'jit', 'plan_cache_mode', 'work_mem') order by name`,
    );
    await own.end();
    expect(rows.map(({ setting }) => setting)).toEqual(settings);
  });

  it('gives every session its limits and its name', async () => {
    const { rows } = await pool.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in
       ('application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')`,
    );
    const settings = Object.fromEntries(rows.map((row) => [row.name, row.setting]));
    expect(settings['application_name']).toBe(schema);
    for (const name of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
      expect(Number(settings[name])).toBeGreaterThan(0);
    }
  });

  it('outlives connections that the server ends, idle and in use', async () => {
    const others = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`;
    const inUse = await pool.connect();
    await Promise.all([pool.query('select 1'), pool.query('select 1')]);
    await pool.query(others, [schema]);
    await expect(inUse.query('select 1')).rejects.toThrow();
    inUse.release(new Error('ended'));
    await expect(pool.query('select 1')).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe('inTransaction', () => {
  it('commits what was written, statements that were not awaited one by one included', async () => {
    await cleared();
    const result = await inTransaction(pool, async (client) => {
      await Promise.all(['a', 'b', 'c'].map((text) => insert(client, text)));
      return 'done';
    });
    expect(result).toBe('done');
    expect(await texts()).toEqual(['a', 'b', 'c']);
  });

  it('leaves nothing behind when the work throws', async () => {
    await cleared();
    const work = inTransaction(pool, async (client) => {
      await insert(client, 'a');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await texts()).toEqual([]);
  });

  it('leaves nothing behind when one of several statements in flight fails', async () => {
    await cleared();
    const work = inTransaction(pool, (client) => Promise.all(['a', 'a', 'b'].map((text) => insert(client, text))));
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await texts()).toEqual([]);
  });

  it('does not claim to have committed when the work swallowed the error of a statement', async () => {
    await cleared();
    const work = inTransaction(pool, async (client) => {
      await insert(client, 'a');
      await insert(client, 'a').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await texts()).toEqual([]);
  });

  it('returns its connection to the pool after success, failure and loss alike', async () => {
    await cleared();
    for (let round = 0; round < 6; round++) {
      await inTransaction(pool, (client) => client.query('select 1'));
      await expect(inTransaction(pool, (client) => client.query('select 1 / 0'))).rejects.toThrow('zero');
      await expect(
        inTransaction(pool, (client) => client.query('select pg_terminate_backend(pg_backend_pid())')),
      ).rejects.toThrow();
    }
    expect(await texts()).toEqual([]);
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });
});
