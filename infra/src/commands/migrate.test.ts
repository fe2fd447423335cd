import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@box-office/database/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { run } from '../main.js';
import { migrateCommand } from './migrate.js';

const { databaseOwnerUrl, temporalAddress, temporalNamespace } = inject('stack');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'migrate-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  // As the processes of a deployment share their environment.
  vi.stubEnv('STRIPE_SECRET_KEY', 'sk_live_1');
  vi.stubEnv('DATABASE_OWNER_URL', databaseOwnerUrl);
  vi.stubEnv('TEMPORAL_ADDRESS', '');
  vi.stubEnv('TEMPORAL_CONFIG_FILE', join(dir, 'temporal.toml'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

describe('the migration job', () => {
  it('runs with the environment of production, and finds Temporal by its profile', async () => {
    const profile = `[profile.live]\naddress = "${temporalAddress}"\nnamespace = "${temporalNamespace}"\n`;
    writeFileSync(join(dir, 'temporal.toml'), profile);
    vi.stubEnv('TEMPORAL_PROFILE', 'live');
    expect(await migrateCommand([])).toBe(0);
  });

  it('says in one line that the database was made by other migrations', async () => {
    const { databaseUrl, drop } = await freshDatabase(inject('stack'));
    const owner = Object.assign(new URL(databaseOwnerUrl), { pathname: new URL(databaseUrl).pathname }).href;
    const client = new pg.Client({ connectionString: owner });
    await client.connect();
    await client.query(`update schema_migrations set name = '0001_events' where name like '0001_%'`);
    await client.end();
    vi.stubEnv('DATABASE_OWNER_URL', owner);
    vi.stubEnv('TEMPORAL_ADDRESS', temporalAddress);
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await run('migrate', [])).toBe(1);
    expect(written.mock.calls).toEqual([
      [expect.stringMatching(/^\nBox Office: the database was made by .*reset.*\n$/)],
    ]);
    await drop();
  });

  it('changes nothing without an address of Temporal', async () => {
    writeFileSync(join(dir, 'temporal.toml'), '[profile.default]\n');
    await expect(migrateCommand([])).rejects.toThrow('TEMPORAL_ADDRESS is not set');
  });
});
