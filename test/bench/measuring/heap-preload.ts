import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

const ASK = 'tell';
/** Longest that a thread takes to answer. */
const ANSWER_MS = 2_000;

/** Said in the query of the URL by which this module is imported. */
const dir = new URL(import.meta.url).searchParams.get('dir') ?? '.';
const threads = new BroadcastChannel('live heap');
threads.unref();

// Loaded into a service before its own code, and into each thread that it starts (`node --import`): the workflows of a
// Temporal worker live in one. SIGURG means nothing to anybody: it has the garbage of all threads collected, and what is
// left of their heaps, in bytes, is written to `<pid>.heap`.
let heard = (data: unknown): void => {
  if (!isMainThread && data === ASK) void liveHeap().then((bytes) => threads.postMessage(bytes));
};
threads.onmessage = (message) => heard((message as { readonly data: unknown }).data);
if (isMainThread) process.on('SIGURG', () => void tellHeap());

async function tellHeap(): Promise<void> {
  let bytes = await liveHeap();
  heard = (data) => void (bytes += Number(data));
  threads.postMessage(ASK);
  await sleep(ANSWER_MS);
  heard = () => undefined;
  const file = join(dir, `${process.pid}.heap`);
  writeFileSync(`${file}.new`, String(bytes));
  renameSync(`${file}.new`, file);
}

async function liveHeap(): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
  return process.memoryUsage().heapUsed;
}
