import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateStack } from '@box-office/infra';
import pg from 'pg';

const MAX_STATEMENTS = 25;

/** The time that PostgreSQL spent on its statements since the last reset. */
export interface StatementTimes {
  reset(): Promise<void>;
  /** A table, the most expensive statement first. */
  report(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Enables `pg_stat_statements` in a private PostgreSQL. Restarts the server, so call this before any client connects.
 */
export async function enableStatementTimes(stack: PrivateStack): Promise<void> {
  await withSuperuser(stack, (client) =>
    client.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`),
  );
  await stack.servers.postgres.restart();
  await withSuperuser(stack, async (client) => {
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('alter system set pg_stat_statements.track_planning = on');
    await client.query('select pg_reload_conf()');
  });
}

/** `plans` close to `calls`: the statement is planned each time that it is called. */
interface StatementRow {
  total: number;
  calls: string;
  plans: string;
  mean: number;
  share: number;
  query: string;
}

export async function openStatementTimes(stack: PrivateStack): Promise<StatementTimes> {
  const client = connection(stack);
  await client.connect();
  return {
    async reset() {
      await client.query('select pg_stat_statements_reset()');
    },
    async report() {
      const { rows } = await client.query<StatementRow>(
        `select total_exec_time + total_plan_time as total, calls, plans, mean_exec_time as mean, query,
                (total_exec_time + total_plan_time) / sum(total_exec_time + total_plan_time) over () as share
           from pg_stat_statements order by total desc limit ${MAX_STATEMENTS}`,
      );
      const lines = rows.map(
        ({ total, calls, plans, mean, share, query }) =>
          `${total.toFixed(0).padStart(9)} ${(share * 100).toFixed(1).padStart(6)} ${calls.padStart(9)} ` +
          `${plans.padStart(9)} ${mean.toFixed(3).padStart(9)}  ${query.replaceAll(/\s+/g, ' ').trim().slice(0, 110)}`,
      );
      return `${'total ms'.padStart(9)} ${'%'.padStart(6)} ${'calls'.padStart(9)} ${'plans'.padStart(9)} ${'mean ms'.padStart(9)}\n${lines.join('\n')}\n`;
    },
    close: () => client.end(),
  };
}

async function withSuperuser(stack: PrivateStack, run: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = connection(stack);
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}

/** Reads the superuser's password from the stack's state; only profiling needs it. */
function connection(stack: PrivateStack): pg.Client {
  const { secrets } = JSON.parse(readFileSync(join(stack.dir, 'state.json'), 'utf8')) as {
    secrets: { databaseSuperuser: string };
  };
  const url = new URL(stack.addresses.databaseOwnerUrl);
  url.username = 'box_office_admin';
  url.password = secrets.databaseSuperuser;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  return client;
}
