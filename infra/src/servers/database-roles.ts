import pg from 'pg';
import type { StackSecrets } from '../stack/state.js';

const OWNER_ROLE = 'box_office_owner';
/** Named in the migrations, which grant it what the services need. */
const SERVICE_ROLE = 'box_office';
export const DATABASE = 'box_office';

export interface DatabaseUrls {
  readonly databaseUrl: string;
  readonly databaseOwnerUrl: string;
}

/**
 * Sees to the two roles, their passwords and the database. The owner migrates; the services' role owns nothing and
 * gets its rights from the migrations.
 *
 * @param ownerCreatesDatabases for tests, which clone a template for themselves
 */
export async function prepareRoles(
  server: { readonly superuserUrl: string; readonly host: string },
  secrets: StackSecrets,
  ownerCreatesDatabases: boolean,
): Promise<DatabaseUrls> {
  const client = new pg.Client({ connectionString: server.superuserUrl, statement_timeout: 30_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await seeToRole(client, OWNER_ROLE, secrets.databaseOwner, ownerCreatesDatabases ? 'createdb' : 'nocreatedb');
    await seeToRole(client, SERVICE_ROLE, secrets.databaseService, 'nocreatedb');
    await seeToDatabase(client, DATABASE);
  } finally {
    await client.end();
  }
  const url = (role: string, password: string): string => `postgres://${role}:${password}@${server.host}/${DATABASE}`;
  return {
    databaseUrl: url(SERVICE_ROLE, secrets.databaseService),
    databaseOwnerUrl: url(OWNER_ROLE, secrets.databaseOwner),
  };
}

async function seeToRole(client: pg.Client, role: string, password: string, createdb: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  await client.query(
    `${verb} role ${client.escapeIdentifier(role)} login ${createdb} password ${client.escapeLiteral(password)}`,
  );
}

async function seeToDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  if (rowCount !== 0) return;
  await client.query(`create database ${client.escapeIdentifier(name)} owner ${client.escapeIdentifier(OWNER_ROLE)}`);
}
