import type pg from 'pg';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly comment: string | null;
  readonly isPrimary: boolean;
  /** It alone is unique. */
  readonly isUnique: boolean;
}

interface ForeignKey {
  readonly columns: readonly string[];
  readonly references: string;
}

export interface Table {
  readonly name: string;
  readonly comment: string | null;
  readonly columns: readonly Column[];
  readonly foreignKeys: readonly ForeignKey[];
}

// Partitions are storage, and the list of migrations belongs to the runner. In the order of creation.
const TABLES = `
select c.relname as name, obj_description(c.oid) as comment,
       (select json_agg(json_build_object(
                 'name', a.attname, 'type', replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'),
                 'nullable', not a.attnotnull, 'comment', col_description(c.oid, a.attnum),
                 'isPrimary', exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)),
                 'isUnique', exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indpred is null
                                        and i.indnkeyatts = 1 and i.indkey[0] = a.attnum)
               ) order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       coalesce((select json_agg(json_build_object(
                 'columns', (select json_agg(a.attname order by k.place)
                               from unnest(f.conkey) with ordinality as k(attnum, place)
                               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum),
                 'references', f.confrelid::regclass::text) order by f.conname)
          from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'), '[]') as "foreignKeys"
  from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and c.relname <> 'schema_migrations'
 order by c.oid`;

/** The tables of the schema, as PostgreSQL's catalog describes them. */
export async function readTables(client: pg.Pool | pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(TABLES);
  return rows;
}
