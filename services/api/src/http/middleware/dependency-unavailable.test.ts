import { createRedis } from '@box-office/platform';
import { Client } from '@temporalio/client';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { connectToTemporal } from '../../temporal/connection.js';
import { logger } from '../../testing/gateway.js';
import { isDependencyUnavailable } from './dependency-unavailable.js';

const NOWHERE = '127.0.0.1:1';
const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error,
  );

describe('an unavailable dependency', () => {
  it('is recognised by the errors of pg and ioredis for a closed port', async () => {
    const pool = new pg.Pool({ connectionString: `postgres://nobody@${NOWHERE}/none`, connectionTimeoutMillis: 500 });
    expect(isDependencyUnavailable(await caught(pool.query('select 1')))).toBe(true);
    const redis = createRedis({ url: `redis://${NOWHERE}`, name: 'unavailable', logger });
    expect(isDependencyUnavailable(await caught(redis.ping()))).toBe(true);
    redis.disconnect();
    expect(isDependencyUnavailable(await caught(redis.ping()))).toBe(true);
    await pool.end();
  });

  it('is recognised by the errors of Temporal’s client for a closed port', async () => {
    const connection = connectToTemporal({ options: { address: NOWHERE }, callMs: 500 });
    const { workflow } = new Client({ connection });
    expect(isDependencyUnavailable(await caught(workflow.getHandle('any').describe()))).toBe(true);
    expect(isDependencyUnavailable(await caught(workflow.count('any')))).toBe(true);
    await connection.close();
  });

  it('is a statement that took too long or met a lock, but not one that is wrong', async () => {
    const pool = new pg.Pool({ connectionString: inject('stack').databaseUrl, max: 1 });
    await pool.query('set statement_timeout = 20');
    expect(isDependencyUnavailable(await caught(pool.query('select pg_sleep(1)')))).toBe(true);
    expect(isDependencyUnavailable(await caught(pool.query('select nonsense')))).toBe(false);
    await pool.end();
  });

  it.each([
    'LOADING Redis is loading the dataset in memory',
    'READONLY You can’t write against a read only replica.',
    'MOVED 3999 127.0.0.1:6381',
  ])('is a Redis that says %s', (message) => {
    expect(isDependencyUnavailable(new Error(message))).toBe(true);
  });

  it('is not any other fault', () => {
    for (const fault of [
      new TypeError('x is not a function'),
      new Error('ERR wrong number of arguments'),
      'text',
      null,
    ]) {
      expect(isDependencyUnavailable(fault)).toBe(false);
    }
  });
});
