import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

const REPORT = 'report';
/** Time for all threads to answer. */
const ANSWER_MS = 2_000;

/** From the query of the URL by which this module is imported. */
const dir = new URL(import.meta.url).searchParams.get('dir') ?? '.';
const threads = new BroadcastChannel('live heap');
threads.unref();

// Loaded into a service and each of its threads before their own code (`node --import`), because a Temporal worker runs
// workflows in a thread. On SIGURG, which has no other use, every thread collects its garbage. The main thread writes
// the sum of the remaining heaps, in bytes, to `<pid>.heap`.
let onMessage = (data: unknown): void => {
  if (!isMainThread && data === REPORT) void liveHeap().then((bytes) => threads.postMessage(bytes));
};
threads.onmessage = (message) => onMessage((message as { readonly data: unknown }).data);
if (isMainThread) process.on('SIGURG', () => void writeHeap());

async function writeHeap(): Promise<void> {
  let bytes = await liveHeap();
  onMessage = (data) => void (bytes += Number(data));
  threads.postMessage(REPORT);
  await sleep(ANSWER_MS);
  onMessage = () => undefined;
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
