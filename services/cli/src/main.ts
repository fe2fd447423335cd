import { readConfig } from './config.js';
import { EXIT } from './failure.js';
import { run } from './run.js';

// Whoever reads has seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), { out: process.stdout, err: process.stderr, readConfig });
