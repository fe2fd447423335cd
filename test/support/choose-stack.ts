import { env } from 'node:process';
import { inject } from 'vitest';

// Runs before each test file. Files run side by side, and some kill the servers that they use: each worker has a stack of
// its own. Vitest gives the same context to all workers, so this worker's stack is put into its copy.
const stack = inject('stacks')?.[Number(env['VITEST_POOL_ID']) - 1];
const worker = Reflect.get(globalThis, '__vitest_worker__') as { providedContext: { stack: typeof stack } };
worker.providedContext.stack = stack;
