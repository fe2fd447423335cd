import { randomUUID } from 'node:crypto';
import { LEGAL_TRANSITIONS, PURCHASE_STATUSES, type PurchaseStatus } from '@box-office/contract';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../testing.js';

const ENDED: readonly PurchaseStatus[] = ['confirmed', 'declined', 'refused', 'undone', 'cancelled'];

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase(inject('stack'));
  pool = new pg.Pool({ connectionString: database.databaseUrl, max: 2 });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Inserts a purchase with a status, whatever comes before it. */
async function purchaseThatIs(status: PurchaseStatus): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
       request_id, owner_workflow_id, owner_run_id, status, outcome, undo_outcome)
     values ($1::uuid, $1::text, '', '', '', '[]', 0, 'EUR', '', '', '', $2, $3, '{}')`,
    [id, status, ENDED.includes(status) ? '{}' : null],
  );
  return id;
}

/** Sets a status by hand, with the outcome that it has to have. @returns the constraint that refused it, or none */
async function set(id: string, status: PurchaseStatus): Promise<string | undefined> {
  const change = 'update event_ticket_transactions set status = $2, outcome = $3 where id = $1';
  try {
    await pool.query(change, [id, status, ENDED.includes(status) ? '{}' : null]);
    return undefined;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.constraint;
    throw error;
  }
}

describe('the database allows exactly the transitions of LEGAL_TRANSITIONS', () => {
  const pairs = PURCHASE_STATUSES.flatMap((from) =>
    PURCHASE_STATUSES.filter((to) => to !== from).map((to) => ({
      from,
      to,
      legal: LEGAL_TRANSITIONS[from].includes(to),
    })),
  );

  it.each(pairs)('$from to $to: $legal', async ({ from, to, legal }) => {
    const refusedBy = await set(await purchaseThatIs(from), to);
    expect(refusedBy).toBe(legal ? undefined : 'purchase_status_is_legal');
  });
});
