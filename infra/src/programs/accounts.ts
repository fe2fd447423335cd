import { outputOf } from '../processes/run-command.js';
import type { Account } from '../processes/spawned.js';

/** Accounts that PostgreSQL may run under when we are root, best first: its own, else the one that owns nothing. */
const CANDIDATES = ['postgres', 'nobody'];

/** Undefined where the launcher's own account will do. */
export async function databaseAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([outputOf('id', ['-u', name]), outputOf('id', ['-g', name])]);
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no account ${CANDIDATES.join(' or ')}`);
}
