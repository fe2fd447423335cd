import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of one test file alone, cloned from the migrated template. */
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
    drop: () => asOwner(stack.databaseOwnerUrl, `drop database if exists ${name} with (force)`),
  };
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
