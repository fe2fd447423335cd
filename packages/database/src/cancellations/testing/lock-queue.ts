import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/**
 * Runs operations that all need one row so that they get it in exactly the order given, whatever the machine does: the
 * row is locked until each of them waits for it, and PostgreSQL serves those who wait in the order of their coming.
 *
 * @param lock a `select … for update` of that row
 */
export async function inLockOrder(
  pool: pg.Pool,
  lock: { readonly text: string; readonly values: readonly unknown[] },
  ...operations: (() => Promise<unknown>)[]
): Promise<unknown[]> {
  const holder = await pool.connect();
  try {
    await holder.query('begin');
    await holder.query(lock.text, [...lock.values]);
    const running: Promise<unknown>[] = [];
    for (const operation of operations) {
      running.push(operation());
      await waiting(pool, running.length);
    }
    await holder.query('commit');
    return await Promise.all(running);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

// Asked outside of the transaction that holds the lock, in which the answer would stay what it was at first.
async function waiting(pool: pg.Pool, count: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { rows } = await pool.query<{ waiting: number }>(
      `select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows[0]?.waiting === count) return;
    await sleep(10);
  }
  throw new Error(`not ${count} operations wait for the lock`);
}
