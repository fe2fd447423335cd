import { demo } from './commands/demo.js';
import { reset } from './commands/reset.js';
import { migrateCommand } from './commands/migrate.js';
import { start } from './commands/start.js';
import { test } from './commands/test.js';
import { token } from './commands/token.js';
import { LauncherFailure, messageOf } from './failure.js';
import { shownPath } from './reporting.js';

const COMMANDS = { start, reset, migrate: migrateCommand, test, demo, token };

const isCommand = (name: string): name is keyof typeof COMMANDS => name in COMMANDS;

/**
 * Runs one of the launcher's commands; failures end as one line that names the log which tells more.
 *
 * @returns the exit code
 */
export async function run(command: string, args: readonly string[]): Promise<number> {
  if (!isCommand(command)) throw new Error(`there is no command "${command}"`);
  try {
    return await COMMANDS[command](args);
  } catch (error) {
    const log = error instanceof LauncherFailure && error.logFile !== undefined ? error.logFile : undefined;
    const more = log === undefined ? '' : `\n  log: ${shownPath(log)}`;
    const trace = error instanceof LauncherFailure || !(error instanceof Error) ? '' : `\n${error.stack ?? ''}`;
    process.stderr.write(`\nBox Office: ${messageOf(error)}${more}${trace}\n`);
    return 1;
  }
}
