import { join } from 'node:path';
import { stopLeftovers } from '../processes/pid-files.js';
import { lockStack } from './launcher-lock.js';
import { removeStackData } from './removal.js';

/**
 * Ends what a launcher that was killed has left behind, and removes the stack's data. A stack in use is left alone.
 *
 * @param finish what is to be done before another launcher can use the stack
 * @returns the process that uses it; undefined if it is cleared
 */
export async function clearStack(dir: string, finish = (): void => undefined): Promise<number | undefined> {
  const lock = await lockStack(join(dir, 'launcher.json'));
  if ('heldBy' in lock) return lock.heldBy;
  try {
    await stopLeftovers(join(dir, 'pids'));
    removeStackData(dir);
    finish();
  } finally {
    lock.release();
  }
  return undefined;
}
