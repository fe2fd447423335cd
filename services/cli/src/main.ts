import { createInterface } from 'node:readline/promises';
import { readConfig } from './config.js';
import { EXIT } from './failure.js';
import { run } from './run.js';

// The reader has closed the pipe (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

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
  ...{ out: process.stdout, err: process.stderr, readConfig },
  ...(process.stdin.isTTY && { ask }),
});
