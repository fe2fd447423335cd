import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';

const LINT = fileURLToPath(new URL('../../../infra/bootstrap/lint-migrations.mjs', import.meta.url));

const REJECTED = [
  ['an index that blocks writers', 'create index a on events (name);', 'require-concurrent-index-creation'],
  ['the removal of one that blocks readers', 'drop index events_in_order;', 'require-concurrent-index-deletion'],
  [
    'concurrently within a transaction',
    'create index concurrently a on events (name); alter table events add column b text;',
    'ban-concurrent-index-creation-in-transaction',
  ],
  [
    'a check that is validated at once',
    'alter table events add constraint a check (capacity < 9);',
    'constraint-missing-not-valid',
  ],
  [
    'a foreign key that is validated at once',
    'alter table events add constraint a foreign key (name) references b (id);',
    'adding-foreign-key-constraint',
  ],
  [
    'a check that is added and validated in one transaction',
    'alter table events add constraint a check (capacity < 9) not valid; alter table events validate constraint a;',
    'constraint-missing-not-valid',
  ],
  [
    'a unique constraint that builds its index',
    'alter table events add unique (name);',
    'disallowed-unique-constraint',
  ],
  ['another type of a column', 'alter table events alter column venue type varchar;', 'changing-column-type'],
  [
    'not null without a check',
    'alter table events alter column sale_ends_at set not null;',
    'adding-not-nullable-field',
  ],
  ['a required column', 'alter table events add column a text not null;', 'adding-required-field'],
  [
    'a default that rewrites the table',
    'alter table events add column a timestamptz default clock_timestamp();',
    'adding-field-with-default',
  ],
  ['the removal of a column', 'alter table events drop column venue;', 'ban-drop-column'],
  ['the removal of a table', 'drop table events;', 'ban-drop-table'],
  ['another name of a column', 'alter table events rename column venue to place;', 'renaming-column'],
  ['another name of a table', 'alter table events rename to shows;', 'renaming-table'],
  ['what PostgreSQL cannot read', 'alter tabel events;', 'syntax-error'],
] as const;

const ACCEPTED = [
  ['a new table with its indexes', 'create table a (id text primary key, b text); create index a_by_b on a (b);'],
  ['a column that may be null', 'alter table events add column a text;'],
  ['a check that is not validated yet', 'alter table events add constraint a check (capacity < 9) not valid;'],
  ['the validation of a check', 'alter table events validate constraint a;'],
  ['an exception that the file names', '-- squawk-ignore ban-drop-column\nalter table events drop column venue;'],
] as const;

const CONCURRENTLY = 'drop index concurrently if exists a; create index concurrently a on events (name);';

const nameOf = (i: number): string => `${String(i + 1).padStart(4, '0')}_example.sql`;

/** Lints these files, by name. @returns the rules that each of them breaks, and whether the lint fails */
function lint(files: ReadonlyMap<string, string>): { broken: (name: string) => string[]; status: number | null } {
  const dir = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    for (const [name, text] of files) writeFileSync(join(dir, name), text);
    const { status, stdout: coloured } = spawnSync(process.execPath, [LINT, dir], { encoding: 'utf8' });
    const faults = [...stripVTControlCharacters(coloured).matchAll(/\[([\w-]+)\].*\n.*?([\w.]+\.sql):\d/g)];
    return { status, broken: (name) => faults.flatMap(([, rule, file]) => (file === name && rule ? [rule] : [])) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe('the lint of migrations', () => {
  const rejected = lint(new Map(REJECTED.map(([, text], i) => [nameOf(i), text])));

  it.each(REJECTED.map(([what, , rule], i) => ({ what, rule, name: nameOf(i) })))('rejects $what', ({ rule, name }) => {
    expect(rejected.broken(name)).toContain(rule);
    expect(rejected.status).toBe(1);
  });

  it.each([['example.sql'], ['0001-example.sql'], ['0001_example.js']])('rejects a file that is called %s', (name) => {
    expect(lint(new Map([[name, 'select 1;']]))).toMatchObject({ status: 1 });
  });

  it('accepts what blocks no other statement for long', () => {
    const files = new Map<string, string>(ACCEPTED.map(([, text], i) => [nameOf(i), text]));
    const { status, broken } = lint(files.set('0099_example.no_transaction.sql', CONCURRENTLY));
    expect(ACCEPTED.flatMap(([what], i) => broken(nameOf(i)).map((rule) => [what, rule]))).toEqual([]);
    expect(status).toBe(0);
  });
});
