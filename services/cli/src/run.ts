import type { Writable } from 'node:stream';
import { oneLine } from '@box-office/contract';
import { CommanderError } from 'commander';
import type { Config } from './config.js';
import { createCliContext } from './context.js';
import { CliFailure, EXIT, textOfError, type ExitCode } from './failure.js';
import { createOutput } from './output/output.js';
import { createProgram } from './program.js';

/** What a run has around it. */
export interface RunOptions {
  readonly out: Writable;
  readonly err: Writable;
  readonly readConfig: () => Config;
  /** Asks the person at the keyboard; absent where there is none. */
  readonly ask?: (question: string) => Promise<string>;
}

/** Runs one command. What fails is one line on standard error, never a stack. */
export async function run(args: readonly string[], around: RunOptions): Promise<ExitCode> {
  const output = createOutput(around);
  const program = createProgram(createCliContext({ output, readConfig: around.readConfig, ask: around.ask }));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help that was asked for, or that stands for a missing command, was printed.
      if (error.exitCode === 0) return EXIT.ok;
      if (error.code !== 'commander.help') output.note(`box-office: ${oneLine(error.message.replace(/^error: /, ''))}`);
      return EXIT.usage;
    }
    const isKnown = error instanceof CliFailure;
    output.note(`box-office: ${isKnown ? oneLine(error.message) : `unexpected: ${textOfError(error)}`}`);
    return isKnown ? error.exitCode : EXIT.unexpected;
  }
}
