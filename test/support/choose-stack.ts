import { env } from 'node:process';
import { inject } from 'vitest';
import { stopKeptServices } from './kept-services.js';
import { servicesOf } from './stack-users.js';

// Runs before each test file. Files run side by side, and some kill the servers that they use: each worker has a stack of
// its own. Vitest gives the same context to all workers, so this worker's stack is put into its copy.
const stack = inject('stacks')?.[Number(env['VITEST_POOL_ID']) - 1];
const worker = Reflect.get(globalThis, '__vitest_worker__') as {
  readonly filepath: string;
  readonly providedContext: { stack: typeof stack };
};
worker.providedContext.stack = stack;

// Services that the last file left running would take the messages and workflow tasks of a file that plays their part.
if (servicesOf(worker.filepath) === undefined) await stopKeptServices();
