import { join } from 'node:path';
import { stopLeftovers } from '../processes/pid-files.js';
import { lockStack } from './launcher-lock.js';
import { removeStackData } from './removal.js';

/**
 * Ends what a launcher that was killed has left behind, and removes the stack's data. A stack in use is left alone.
 *
 * @returns the process that uses it; undefined if it is cleared
 */
export async function clearStack(dir: string): Promise<number | undefined> {
  const lock = await lockStack(join(dir, 'launcher.json'));
  if ('heldBy' in lock) return lock.heldBy;
  try {
    await stopLeftovers(join(dir, 'pids'));
    removeStackData(dir);
  } finally {
    lock.release();
  }
  return undefined;
}
