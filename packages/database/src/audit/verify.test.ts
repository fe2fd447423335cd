import { beforeEach, describe, expect, it } from 'vitest';
import { appendAuditLines, type NewAuditLine } from './append.js';
import { canonicalAuditLine } from './line.js';
import { exportAuditLog, readAuditHead } from './read-lines.js';
import { aLine, openAuditFixture, verdictOf, type AuditFixture } from './testing/audit-fixture.js';

// A log of its own for each test: what is planted in one would be found by the next.
let system: AuditFixture;
let lines: NewAuditLine[];

beforeEach(async () => {
  system = await openAuditFixture();
  lines = Array.from({ length: 10 }, () => aLine());
  await appendAuditLines(system.pool, lines);
  return () => system.close();
});

/** Id and message id of the nth line. */
const line = (n: number) => ({ id: String(n), messageId: lines[n - 1]?.messageId ?? '' });

// As somebody would who knows how a hash is made, and rewrites one line together with its own.
const REWRITE = `
update audit_logs set amount_minor = $2, hash = sha256(convert_to($3, 'UTF8')) where id = $1`;

describe('verifyAuditLog', () => {
  it('finds nothing in a log that was not touched', async () => {
    const head = await readAuditHead(system.pool);
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, verified: 10, found: [], head });
    expect(head.id).toBe('10');
  });

  it.each([
    ['amount_minor = 1'],
    ['details = details || \'{"items": []}\''],
    ["occurred_at = occurred_at + interval '1 microsecond'"],
    ["recorded_at = recorded_at + interval '1 microsecond'"],
    ["actor = 'somebody else'"],
    ['request_id = null'],
    ["state_after = '{}'"],
  ])('names a line whose content was altered: %s', async (change) => {
    await system.tamper(`update audit_logs set ${change} where id = 4`);
    expect(await verdictOf(system.pool)).toMatchObject({
      intact: false,
      found: [{ kind: 'altered', ...line(4) }],
    });
  });

  it('names a line that was altered together with its hash', async () => {
    for await (const [, , , fourth] of exportAuditLog(system.pool)) {
      if (!fourth) throw new Error('no line');
      const altered = canonicalAuditLine({ ...fourth, amountMinor: '1' });
      await system.tamper(REWRITE, [4, 1, altered]);
    }
    expect((await verdictOf(system.pool)).found).toEqual([{ kind: 'altered', ...line(4) }]);
  });

  it.each([[1], [5], [10]])('names line %i of ten when it was deleted', async (n) => {
    await system.tamper('delete from audit_logs where id = $1', [n]);
    expect((await verdictOf(system.pool)).found).toEqual([{ kind: 'removed', ...line(n) }]);
  });

  it('names lines of which the message ids were deleted too by their place', async () => {
    await system.tamper('delete from audit_logs where id in (3, 4)');
    await system.tamper('delete from audit_messages where audit_id in (3, 4)');
    expect((await verdictOf(system.pool)).found).toEqual([
      { kind: 'removed', id: '3', messageId: null },
      { kind: 'removed', id: '4', messageId: null },
    ]);
  });

  it.each([
    ['in the place of another', 5],
    ['before the first', 0],
    ['behind the last', 11],
  ])('names a line that was put %s', async (_, place) => {
    await system.tamper(
      `insert into audit_logs (id, message_id, kind, details, occurred_at, recorded_at, previous_hash, hash)
       select $1, gen_random_uuid(), kind, details, occurred_at, recorded_at + interval '1 second', previous_hash, hash
         from audit_logs where id = 5`,
      [place],
    );
    const { intact, found } = await verdictOf(system.pool);
    expect(intact).toBe(false);
    expect(found).toMatchObject([{ kind: 'inserted', id: String(place) }]);
  });

  it('sees by an end of the chain noted before that all of it was rewritten', async () => {
    const noted = await readAuditHead(system.pool);
    await appendAuditLines(system.pool, [aLine()]);
    expect(await verdictOf(system.pool, { noted })).toMatchObject({ intact: true, noted: 'confirmed' });
    await system.tamper('delete from audit_logs');
    await system.tamper('delete from audit_messages');
    await system.tamper(`update audit_chain set last_id = 0, last_hash = decode(repeat('00', 32), 'hex')`);
    await appendAuditLines(system.pool, [...lines.slice(0, 9), aLine(), aLine()]);
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true });
    expect(await verdictOf(system.pool, { noted })).toMatchObject({ intact: false, noted: 'contradicted' });
  });

  it('sees by an end of the chain noted before that the end was cut off', async () => {
    const noted = await readAuditHead(system.pool);
    await system.tamper('delete from audit_logs where id > 8');
    await system.tamper('delete from audit_messages where audit_id > 8');
    await system.tamper('update audit_chain set last_id = 8, last_hash = (select hash from audit_logs where id = 8)');
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true });
    expect(await verdictOf(system.pool, { noted })).toMatchObject({ intact: false, noted: 'contradicted' });
  });

  it('checks the lines of a period, how they begin and how they end', async () => {
    await system.appendAt([aLine(), aLine()], '2041-01-10T00:00:00Z');
    await system.appendAt([aLine(), aLine()], '2041-02-10T00:00:00Z');
    await system.appendAt([aLine()], '2041-03-10T00:00:00Z');
    const february = { from: '2041-02-01T00:00:00Z', to: '2041-03-01T00:00:00Z' };
    expect(await verdictOf(system.pool, february)).toMatchObject({ intact: true, verified: 2 });
    await system.tamper('update audit_logs set amount_minor = 1 where id = 11');
    expect(await verdictOf(system.pool, february)).toMatchObject({ intact: true });
    await system.tamper('delete from audit_logs where id = 14');
    expect((await verdictOf(system.pool, february)).found).toMatchObject([{ kind: 'removed', id: '14' }]);
    expect((await verdictOf(system.pool, { from: '2050-01-01T00:00:00Z' })).verified).toBe(0);
  });

  it('goes through a log of many pages while others append to it', async () => {
    const more = Array.from({ length: 1_300 }, () => aLine());
    await appendAuditLines(system.pool, more);
    let appending = true;
    const others = (async () => {
      while (appending) await appendAuditLines(system.pool, [aLine()]);
    })();
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, found: [] });
    appending = false;
    await others;
  });
});

describe('exportAuditLog', () => {
  it('gives the lines of a period in the order of the chain', async () => {
    await system.appendAt([aLine(), aLine()], '2041-01-10T00:00:00Z');
    const ids = async (period: object) => {
      const found: string[] = [];
      for await (const page of exportAuditLog(system.pool, period)) found.push(...page.map(({ id }) => id));
      return found;
    };
    expect(await ids({})).toEqual(Array.from({ length: 12 }, (_, i) => String(i + 1)));
    expect(await ids({ from: '2041-01-01T00:00:00Z' })).toEqual(['11', '12']);
    expect(await ids({ to: '2041-01-10T00:00:00Z' })).toHaveLength(10);
  });
});
