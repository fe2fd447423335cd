import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { clearStack } from '../stack/clear-stack.js';
import { repositoryRoot } from '../stack/repository.js';
import { stackDirs } from './local-dirs.js';

/**
 * `npm test`: vitest, whose global setup starts the run's stack. Vitest ends at Ctrl-C without taking anything down, so
 * what a run left behind is cleared here, however it ended.
 *
 * @param args passed on: filters and flags of vitest
 */
export async function test(args: readonly string[]): Promise<number> {
  const root = repositoryRoot();
  const child = spawn(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  // Ctrl-C reaches vitest by itself; here it must not end what clears up behind it.
  const ignore = (): void => undefined;
  const passOn = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', passOn);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    for (const dir of stackDirs('test')) await clearStack(dir);
    process.off('SIGINT', ignore).off('SIGTERM', passOn);
  }
}
