import pg from 'pg';

/** Columns, constraints, indexes and functions, one line each. Partitions of the audit log differ by month. */
const SCHEMA = `
with tables as (
  select oid, relname from pg_class
   where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
)
select format('column %s.%s %s %s %s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid)) as line
  from tables t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
union all
select format('constraint %s.%s %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
  from tables t join pg_constraint c on c.conrelid = t.oid
union all
select pg_get_indexdef(i.indexrelid) from tables t join pg_index i on i.indrelid = t.oid
union all
select pg_get_triggerdef(g.oid) from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union all
select format('function %s %s', proname, md5(prosrc)) from pg_proc where pronamespace = 'public'::regnamespace`;

/** What one of two databases has and the other has not. Empty if both have the same schema. */
export async function schemaDifferences(migratedUrl: string, freshUrl: string): Promise<string[]> {
  const [migrated, fresh] = [await readSchema(migratedUrl), await readSchema(freshUrl)];
  return [
    ...[...fresh].filter((line) => !migrated.has(line)).map((line) => `missing: ${line}`),
    ...[...migrated].filter((line) => !fresh.has(line)).map((line) => `too much: ${line}`),
  ];
}

async function readSchema(url: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(SCHEMA);
    return new Set(rows.map(({ line }) => line));
  } finally {
    await client.end();
  }
}
