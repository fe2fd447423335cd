import { createInterface } from 'node:readline/promises';
import { readConfig } from './config.js';
import { EXIT, textOfError } from './failure.js';
import { run } from './run.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has closed the pipe (`| head`).
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  process.stderr.write(`box-office: standard output cannot be written: ${textOfError(error)}\n`);
  process.exit(EXIT.unavailable);
});
// Where nothing can be told, the exit code says it.
process.stderr.on('error', () => process.exit(EXIT.unavailable));

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D, which leaves the question open.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  readConfig,
  ...(process.stdin.isTTY && { ask }),
});
