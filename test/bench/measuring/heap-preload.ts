import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

/** Said in the query of the URL by which this module is imported. */
const dir = new URL(import.meta.url).searchParams.get('dir') ?? '.';

// Loaded into a service before its own code (`node --import`). SIGURG means nothing to anybody: it has the garbage
// collected, and what is left of the heap, in bytes, is written to `<pid>.heap`.
process.on('SIGURG', () => void tellHeap());

async function tellHeap(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
  const file = join(dir, `${process.pid}.heap`);
  writeFileSync(`${file}.new`, String(process.memoryUsage().heapUsed));
  renameSync(`${file}.new`, file);
}
