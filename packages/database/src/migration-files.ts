import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { MigrationBuilder, RunnerOption } from 'node-pg-migrate';

type Loader = Exclude<NonNullable<RunnerOption['migrationLoaderStrategies']>[number]['loader'], string>;

/** End of the name of a file whose statements run one by one, each outside of a transaction. */
const NO_TRANSACTION = '.no_transaction.sql';

/**
 * Loads migrations in plain SQL. A file is one transaction, unless its name ends in `.no_transaction.sql`, as
 * `create index concurrently` and backfills in batches need it.
 *
 * @param onStart is told the name of each migration when it begins
 */
export const migrationLoader =
  (onStart: (name: string) => void): Loader =>
  (paths) =>
    Promise.all(
      paths.map(async (path) => {
        const text = await readFile(path, 'utf8');
        const up = (pgm: MigrationBuilder): void => {
          onStart(basename(path, extname(path)));
          if (path.endsWith(NO_TRANSACTION)) addStatements(pgm, text);
          else pgm.sql(text);
        };
        return { id: path, filePaths: [path], actions: { up, down: false } };
      }),
    );

function addStatements(pgm: MigrationBuilder, text: string): void {
  pgm.noTransaction();
  // `concurrently` waits for transactions of others, however long they take, and blocks no other statement meanwhile.
  pgm.sql('set lock_timeout = 0');
  for (const statement of statementsOf(text)) pgm.sql(statement);
  pgm.sql('reset lock_timeout');
}

/** The statements of a file. A semicolon within quotes, dollar quotes or a comment does not end one. */
export function statementsOf(text: string): string[] {
  const parts = text.match(/(?:\$(\w*)\$[\s\S]*?\$\1\$|'[^']*'|--[^\n]*|[^;])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part.replace(/--[^\n]*/g, '').trim() !== '');
}
