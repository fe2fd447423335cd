import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from '../processes/identity.js';

/** A launcher that lost the race between two looks sees it after this long. */
const SETTLE_MS = 30;

export interface LauncherLock {
  release(): void;
}

/**
 * One launcher per stack directory. The lock of a launcher that was killed counts for nothing.
 *
 * @returns the lock, or the pid of the launcher that holds it
 */
export async function lockStack(file: string): Promise<LauncherLock | { readonly heldBy: number }> {
  const mine = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) ?? '' });
  for (let tries = 0; tries < 5; tries++) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      await sleep(SETTLE_MS);
      if (read(file) === mine) return { release: () => read(file) === mine && rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = parseHolder(read(file));
    if (holder !== undefined && isAlive(holder.pid, holder.identity)) return { heldBy: holder.pid };
    rmSync(file, { force: true });
  }
  throw new Error(`${file} changes hands all the time`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(text: string | undefined): { pid: number; identity: string } | undefined {
  try {
    const { pid, identity } = JSON.parse(text ?? '') as { pid?: unknown; identity?: unknown };
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined;
  } catch {
    return undefined;
  }
}
