import { randomBytes, randomInt } from 'node:crypto';
import pg from 'pg';

/** A database of one test file, cloned from the migrated template. */
export interface FreshDatabase {
  /** Address for the services' role. */
  readonly databaseUrl: string;
  drop(): Promise<void>;
}

/** Clones the template so that tests of different files never see each other's rows. */
export async function freshDatabase(stack: {
  readonly databaseUrl: string;
  readonly databaseOwnerUrl: string;
  readonly templateDatabase: string;
}): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asOwner(stack.databaseOwnerUrl, `create database ${name} template ${stack.templateDatabase}`);
  const url = new URL(stack.databaseUrl);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.toString(),
    // Without `force`, which only a superuser may use while an autovacuum worker runs. A plain drop ends that worker,
    // and waits five seconds for connections that were just closed.
    drop: () => asOwner(stack.databaseOwnerUrl, `drop database if exists ${name}`),
  };
}

/** For tests that use Redis too: they share one, and the keys of an event depend on its id alone. */
export async function separateEventIds(databaseUrl: string, ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl);
  url.pathname = new URL(databaseUrl).pathname;
  await asOwner(url.href, `alter sequence event_ids restart with ${randomInt(1_000_000, 2 ** 31)}`);
}

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
