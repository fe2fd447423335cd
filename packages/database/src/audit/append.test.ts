import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendAuditLines } from './append.js';
import type { Json } from './canonical-json.js';
import { aLine, openAuditFixture, verdictOf, type AuditFixture } from './testing/audit-fixture.js';

let system: AuditFixture;
beforeAll(async () => {
  system = await openAuditFixture();
});
afterAll(() => system.close());

const refused = { code: '42501' };

describe('the audit log', () => {
  it('has its lines in a chain without gaps, in the order given', async () => {
    const lines = [aLine(), aLine({ kind: 'cancel' }), aLine()];
    await appendAuditLines(system.pool, lines);
    const { rows } = await system.pool.query<{ message_id: string; id: string; links: boolean }>(
      `select message_id, id, previous_hash = coalesce(lag(hash) over (order by id), decode(repeat('00', 32), 'hex')) as links
         from audit_logs order by id`,
    );
    expect(rows.map((row) => row.message_id).slice(-3)).toEqual(lines.map((line) => line.messageId));
    expect(rows.map((row) => Number(row.id))).toEqual(rows.map((_, i) => i + 1));
    expect(rows.every((row) => row.links)).toBe(true);
  });

  it('takes a message once, and not another one under its id', async () => {
    const line = aLine();
    const { messageId } = line;
    expect(await appendAuditLines(system.pool, [line, line])).toEqual(new Map([[messageId, 'recorded']]));
    expect(await appendAuditLines(system.pool, [line])).toEqual(new Map([[messageId, 'duplicate']]));
    expect(await appendAuditLines(system.pool, [{ ...line, amountMinor: 1 }])).toEqual(
      new Map([[messageId, 'conflict']]),
    );
    const { rowCount } = await system.pool.query('select from audit_logs where message_id = $1', [messageId]);
    expect(rowCount).toBe(1);
  });

  it('stays one chain when many append at once, some the same', async () => {
    const shared = Array.from({ length: 40 }, () => aLine());
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 10; i++) await appendAuditLines(system.pool, [aLine(), shared[i * 4] ?? aLine(), aLine()]);
      }),
    );
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, found: [] });
  });

  it('gives a line the hash that is computed outside, whatever it says', async () => {
    // PostgreSQL keeps every character but this one.
    const isKept = (value: unknown): boolean => !JSON.stringify(value).includes('\\u0000');
    const text = fc.string({ unit: 'binary', maxLength: 30 }).filter(isKept);
    const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }).filter(isKept);
    await fc.assert(
      fc.asyncProperty(text, text, json, json, fc.maxSafeInteger(), async (actor, userId, details, after, amount) => {
        const line = aLine({
          actor,
          userId,
          details: details as Json,
          after: after as Json,
          amountMinor: amount,
          currency: null,
        });
        expect(await appendAuditLines(system.pool, [line])).toEqual(new Map([[line.messageId, 'recorded']]));
      }),
      { numRuns: 200 },
    );
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, found: [] });
  });

  it.each([
    ['updated', 'update audit_logs set amount_minor = 1'],
    ['deleted', 'delete from audit_logs'],
    ['emptied', 'truncate audit_logs'],
    ['written past the chain', `insert into audit_logs select * from audit_logs limit 1`],
    ['given another head', 'update audit_chain set last_id = last_id + 1'],
    ['made to forget a message', 'delete from audit_messages'],
    ['kept for another time', 'update audit_retention set months = 1'],
    ['given lines of another time', `select append_audit_lines_at('[]', '2020-01-01')`],
  ])('cannot be %s by the services', async (_, statement) => {
    await appendAuditLines(system.pool, [aLine()]);
    await expect(system.pool.query(statement)).rejects.toMatchObject(refused);
  });

  it.each([
    ['updated', 'update audit_logs set amount_minor = 1'],
    ['deleted', 'delete from audit_logs'],
    ['emptied', 'truncate audit_logs'],
    ['shortened', 'update audit_chain set last_id = last_id - 1'],
    ['made to forget a message', 'delete from audit_messages'],
  ])('cannot be %s by the owner of the schema in passing', async (_, statement) => {
    await appendAuditLines(system.pool, [aLine()]);
    await expect(system.owner.query(statement)).rejects.toMatchObject(refused);
  });

  it('is written with the transaction around it, or not at all', async () => {
    const line = aLine();
    const client = await system.pool.connect();
    await client.query('begin');
    await appendAuditLines(client, [line]);
    await client.query('rollback');
    client.release();
    const { rowCount } = await system.pool.query('select from audit_logs where message_id = $1', [line.messageId]);
    expect(rowCount).toBe(0);
    expect(await appendAuditLines(system.pool, [line])).toEqual(new Map([[line.messageId, 'recorded']]));
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true });
  });

  it('takes a line of a moment before the last one’s as one of that moment', async () => {
    await system.appendAt([aLine()], '2040-05-01T00:00:00Z');
    const late = aLine({ messageId: randomUUID() });
    await appendAuditLines(system.pool, [late]);
    const { rows } = await system.pool.query('select recorded_at from audit_logs where message_id = $1', [
      late.messageId,
    ]);
    expect(rows).toEqual([{ recorded_at: new Date('2040-05-01T00:00:00Z') }]);
  });
});
