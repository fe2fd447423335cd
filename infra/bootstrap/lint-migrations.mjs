import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inRoot } from './paths.mjs';

const SQUAWK = fileURLToPath(import.meta.resolve('squawk-cli/js/bin/squawk'));
const CONFIG = inRoot('packages', 'database', '.squawk.toml');
const FILE_NAME = /^\d{4}_[a-z0-9_]+(\.no_transaction)?\.sql$/;

/**
 * Checks migrations with Squawk: those that are one transaction, and those that run outside of one.
 *
 * @param {string} dir
 * @returns {boolean} whether all rules are kept; what breaks one is on the standard output
 */
function lintMigrations(dir) {
  const names = readdirSync(dir).sort();
  const misnamed = names.filter((name) => !FILE_NAME.test(name));
  for (const name of misnamed)
    console.log(`${name}: a migration is called 0001_subject.sql or 0001_subject.no_transaction.sql`);
  const outside = names.filter((name) => name.endsWith('.no_transaction.sql'));
  const inside = names.filter((name) => !outside.includes(name));
  const kept = [squawk(dir, inside, '--assume-in-transaction'), squawk(dir, outside, '--no-assume-in-transaction')];
  return misnamed.length === 0 && kept.every(Boolean);
}

/**
 * @param {string} dir
 * @param {string[]} names
 * @param {string} mode
 */
function squawk(dir, names, mode) {
  if (names.length === 0) return true;
  const paths = names.map((name) => join(dir, name));
  return spawnSync(process.execPath, [SQUAWK, '--config', CONFIG, mode, ...paths], { stdio: 'inherit' }).status === 0;
}

process.exitCode = lintMigrations(process.argv[2] ?? inRoot('packages', 'database', 'migrations')) ? 0 : 1;
