import pg from 'pg';

/** A pool, or a connection in a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

const { INT8, NUMERIC, TIMESTAMPTZ } = pg.types.builtins;
const dateOf = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
const types = new pg.TypeOverrides();
for (const oid of [INT8, NUMERIC]) types.setTypeParser(oid, Number);
types.setTypeParser(TIMESTAMPTZ, (text) => dateOf(text).toISOString());

const names = new Map<string, string>();

/** Column names are few, and each is converted once. */
function fieldOf(column: string): string {
  let name = names.get(column);
  if (name === undefined)
    names.set(column, (name = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())));
  return name;
}

/**
 * The rows of a statement as the rest of the code has them: `user_id` is `userId`, counts and amounts are numbers, and
 * instants are ISO 8601 in UTC. What JSON contains stays as it is.
 *
 * @param name under which each connection prepares the statement; without it, it is planned for its values
 */
export async function rowsOf<Row extends object>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<Row[]> {
  const query = { text, values: [...values], types, rowMode: 'array' as const, ...(name !== undefined && { name }) };
  const { fields, rows } = await db.query<unknown[]>(query);
  const fieldNames = fields.map((field) => fieldOf(field.name));
  return rows.map((columns) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < fieldNames.length; i++) row[fieldNames[i] as string] = columns[i];
    return row as Row;
  });
}

/**
 * A page of a list of which one row more than `limit` was read.
 *
 * @param cursorOf the `next` of the page that ends with this row
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { readonly items: Row[]; readonly next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
