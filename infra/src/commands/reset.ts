import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { LauncherFailure } from '../failure.js';
import { shownPath } from '../reporting.js';
import { clearStack } from '../stack/clear-stack.js';
import { switches } from './arguments.js';
import { localDir, stackDirs } from './local-dirs.js';

/** `npm run reset`: removes the local data of this clone after asking (`--yes` does not ask). */
export async function reset(args: readonly string[]): Promise<number> {
  const { yes } = switches(args, ['yes']);
  const dirs = stackDirs();
  if (dirs.length === 0) {
    console.log('There is no local data.');
    return 0;
  }
  console.log(`This removes all local data: ${dirs.map(shownPath).join(', ')}`);
  if (!yes && !(await confirmed())) {
    console.log('Nothing was removed.');
    return 1;
  }
  for (const dir of dirs) await removeStack(dir);
  rmSync(join(localDir(), 'stack.env'), { force: true });
  console.log('Removed. The next npm start begins with empty stores.');
  return 0;
}

/**
 * @throws LauncherFailure when a launcher uses it
 */
async function removeStack(dir: string): Promise<void> {
  const heldBy = await clearStack(dir, () => rmSync(dir, { recursive: true, force: true }));
  if (heldBy !== undefined) throw new LauncherFailure(`${shownPath(dir)} is in use: stop process ${heldBy} first`);
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new LauncherFailure('there is no terminal to ask for confirmation; use: npm run reset -- --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Continue? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}
