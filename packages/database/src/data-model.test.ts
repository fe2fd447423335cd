import { LEGAL_TRANSITIONS } from '@box-office/contract';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from './testing.js';
import { readTables, type Table } from './testing/data-model/catalog.js';
import { dataModelPage } from './testing/data-model/page.js';

/** Columns that need no comment: their name says it all, or the table that they refer to does. */
const SELF_EVIDENT = new Set([
  'id',
  'event_id',
  'purchase_id',
  'transaction_id',
  'message_id',
  'user_id',
  'hold_id',
  'ticket_type',
  'endpoint_id',
  'name',
  'description',
  'venue',
  'currency',
  'by_operator',
  'hour',
  'starts_at',
  'ends_at',
  'created_at',
  'updated_at',
  'changed_at',
  'started_at',
  'finished_at',
  'requested_at',
  'received_at',
  'confirmed_at',
  'cancelled_at',
  'dropped_at',
  'first_seen',
  'last_seen',
]);

let database: FreshDatabase;
let tables: Table[];

beforeAll(async () => {
  database = await freshDatabase(inject('stack'));
  const pool = new pg.Pool({ connectionString: database.databaseUrl, max: 1 });
  tables = await readTables(pool).finally(() => pool.end());
});

afterAll(() => database.drop());

describe('the schema', () => {
  it('is what docs/data-model.md shows', async () => {
    await expect(dataModelPage(tables, LEGAL_TRANSITIONS)).toMatchFileSnapshot('../../../docs/data-model.md');
  });

  it('has a comment on every table, and on every column that is not self-evident', () => {
    const without = tables.flatMap(({ name, comment, columns }) => [
      ...(comment === null ? [name] : []),
      ...columns
        .filter((column) => column.comment === null && !SELF_EVIDENT.has(column.name))
        .map((column) => `${name}.${column.name}`),
    ]);
    expect(without).toEqual([]);
  });
});
