import * as operations from '@box-office/database';
import type pg from 'pg';

type Operations = typeof operations;
type WithoutPool<F> = F extends (pool: pg.Pool, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The operations of PostgreSQL. Each has its own deadline and rejects when PostgreSQL is unavailable. */
export type Database = {
  readonly [
    Name in keyof Operations as Operations[Name] extends (pool: pg.Pool, ...rest: never[]) => unknown ? Name : never
  ]: WithoutPool<Operations[Name]>;
};

/** These operations with their pool bound. */
export function createDatabase(pool: pg.Pool): Database {
  const bound = Object.entries(operations).flatMap(([name, operation]: [string, unknown]) =>
    typeof operation === 'function' ? [[name, operation.bind(null, pool)]] : [],
  );
  return Object.fromEntries(bound) as Database;
}
