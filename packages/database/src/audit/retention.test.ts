import { beforeEach, describe, expect, it, vi } from 'vitest';
import { appendAuditLines } from './append.js';
import { readAuditHead } from './read-lines.js';
import { maintainAuditLog } from './retention.js';
import { aLine, openAuditFixture, verdictOf, type AuditFixture } from './testing/audit-fixture.js';

let system: AuditFixture;
beforeEach(async () => {
  system = await openAuditFixture();
  return () => system.close();
});

const old = aLine();
const partitions = async (): Promise<string[]> => {
  const { rows } = await system.owner.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1`,
  );
  return rows.map((row) => row.name);
};

/** Lines of January, February and March 2020, and of now. */
async function write(): Promise<void> {
  await system.appendAt([old, aLine()], '2020-01-31T23:59:59.999Z');
  await system.appendAt([aLine(), aLine(), aLine()], '2020-02-01T00:00:00Z');
  await system.appendAt([aLine()], '2020-03-15T12:00:00Z');
  await appendAuditLines(system.pool, [aLine()]);
}

const keepMonths = (months: number | null) => system.owner.query('update audit_retention set months = $1', [months]);

describe('maintainAuditLog', () => {
  it('has a partition ready for this month and the next two, whatever was dropped', async () => {
    await system.owner.query(`
      do $$ declare name text; begin
        for name in select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_logs'::regclass loop
          execute 'drop table ' || name;
        end loop;
      end $$`);
    const { created } = await maintainAuditLog(system.pool);
    expect(created).toHaveLength(3);
    expect(await partitions()).toEqual([...created].sort());
    expect(await maintainAuditLog(system.pool)).toEqual({ created: [], dropped: [], broken: null });
  });

  it('drops nothing unless the owner has set how long lines are kept', async () => {
    await write();
    expect((await maintainAuditLog(system.pool)).dropped).toEqual([]);
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, verified: 7 });
  });

  it('drops what is older than that, and the rest can still be verified', async () => {
    await write();
    await keepMonths(12);
    const { dropped } = await maintainAuditLog(system.pool);
    expect(dropped).toEqual(['audit_logs_2020_01', 'audit_logs_2020_02', 'audit_logs_2020_03']);
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, verified: 1 });
    const { rows } = await system.pool.query('select partition, first_id, last_id from audit_anchors order by last_id');
    expect(rows).toEqual([
      { partition: 'audit_logs_2020_01', first_id: '1', last_id: '2' },
      { partition: 'audit_logs_2020_02', first_id: '3', last_id: '5' },
      { partition: 'audit_logs_2020_03', first_id: '6', last_id: '6' },
    ]);
    await system.tamper('delete from audit_logs where id = 7');
    expect((await verdictOf(system.pool)).found).toMatchObject([{ kind: 'removed', id: '7' }]);
  });

  it('keeps a month until all of it is old enough', async () => {
    const now = new Date();
    const months = (now.getUTCFullYear() - 2020) * 12 + now.getUTCMonth() - 1;
    await write();
    await keepMonths(months);
    expect((await maintainAuditLog(system.pool)).dropped).toEqual(['audit_logs_2020_01']);
  });

  it('still knows a message whose line was dropped', async () => {
    await write();
    await keepMonths(1);
    await maintainAuditLog(system.pool);
    const { messageId } = old;
    expect(await appendAuditLines(system.pool, [old])).toEqual(new Map([[messageId, 'duplicate']]));
    expect(await appendAuditLines(system.pool, [{ ...old, kind: 'cancel' }])).toEqual(
      new Map([[messageId, 'conflict']]),
    );
  });

  it('keeps a partition that was tampered with, and all behind it, as evidence', async () => {
    await write();
    await keepMonths(1);
    await system.tamper('update audit_logs set amount_minor = 1 where id = 4');
    expect(await maintainAuditLog(system.pool)).toMatchObject({
      dropped: ['audit_logs_2020_01'],
      broken: 'audit_logs_2020_02',
    });
    expect((await verdictOf(system.pool)).found).toMatchObject([{ kind: 'altered', id: '4' }]);
  });

  it('does the same in two processes at once', async () => {
    await write();
    await keepMonths(1);
    const [one, two] = await Promise.all([maintainAuditLog(system.pool), maintainAuditLog(system.pool)]);
    expect([...one.dropped, ...two.dropped].sort()).toHaveLength(3);
    expect(await verdictOf(system.pool)).toMatchObject({ intact: true, verified: 1 });
  });

  it('drops a partition once if two processes drop it at the same moment', async () => {
    await write();
    await keepMonths(1);
    const drop = async () =>
      (await system.pool.query<{ done: boolean }>(`select drop_audit_partition('audit_logs_2020_01') as done`)).rows[0];
    // The owner has the chain until both wait for it.
    await system.owner.query('begin');
    await system.owner.query('select from audit_chain for update');
    const both = [drop(), drop()];
    await vi.waitFor(async () => {
      const { rowCount } = await system.pool.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      expect(rowCount).toBe(2);
    }, 10_000);
    await system.owner.query('commit');
    expect((await Promise.all(both)).map((row) => row?.done).sort()).toEqual([false, true]);
  });

  it('cannot be used by the services to drop what is not due', async () => {
    await write();
    await keepMonths(12);
    const drop = (name: string) => system.pool.query('select drop_audit_partition($1) as done', [name]);
    const [newest] = (await partitions()).slice(-1);
    expect((await drop(newest ?? '')).rows).toEqual([{ done: false }]);
    expect((await drop('audit_logs_2020_02')).rows).toEqual([{ done: false }]);
    expect((await drop('events')).rows).toEqual([{ done: false }]);
    expect(await readAuditHead(system.pool)).toMatchObject({ id: '7' });
  });
});
