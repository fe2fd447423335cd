import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from '../processes/spawned.js';

/** Where data goes that may not stay in the clone; below it one folder per clone. */
const SHARED_HOME = '/var/lib/box-office';
const OTHERS_MAY_ENTER = 0o001;

/**
 * Where the database's files stand: with the stack, unless PostgreSQL runs under an account of its own that cannot
 * get there (a clone below `/root`, say, which is closed to others).
 *
 * @param stackDir absolute
 */
export function databaseHomeOf(stackDir: string, stackId: string, account: Account | undefined): string {
  if (account === undefined || othersMayEnter(stackDir)) return join(stackDir, 'postgres');
  return join(SHARED_HOME, `${cloneKey(stackDir)}-${stackId}`);
}

/** Major version of the PostgreSQL to which the data there belongs; undefined where there is none. */
export function dataVersionIn(home: string): number | undefined {
  try {
    return Number(readFileSync(join(home, 'data', 'PG_VERSION'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Folders outside the clone that belong to its stacks, also to one whose state is gone, begin with this name. */
export function foreignHomesOf(stackDir: string): { readonly parent: string; readonly prefix: string } {
  return { parent: SHARED_HOME, prefix: `${cloneKey(stackDir)}-` };
}

const cloneKey = (stackDir: string): string => createHash('sha256').update(stackDir).digest('hex').slice(0, 12);

/** True if every folder on the way there, itself included, may be passed through by anybody. */
function othersMayEnter(dir: string): boolean {
  for (let at = dir; ; at = dirname(at)) {
    const mode = statSync(at, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & OTHERS_MAY_ENTER) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
