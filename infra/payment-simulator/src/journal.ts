import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const NEWLINE = 0x0a;
const READ_CHUNK_BYTES = 1 << 20;

/** An append-only file of lines, written in batches: one disk write for all that pending during the one before. */
export interface Journal {
  /** Takes the line into the next batch. `line` holds no line break. */
  readonly append: (line: string) => void;
  /** Resolves when every line appended until now is on disk. No answer may report a line before that. */
  readonly settled: () => Promise<void>;
  /** Writes what is left, and closes the file. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the journal, creating it if need be, and hands over the lines that it holds. A last line without its line break
 * was cut off by a crash and was never settled: it is removed.
 *
 * @param o.onLine is called with each line, in order, before this resolves; if it throws, so does this
 * @param o.onFailure a write failed: memory is ahead of the disk, and the process has to end
 */
export async function openJournal(o: {
  file: string;
  onLine: (line: string, number: number) => void;
  onFailure: (error: unknown) => void;
}): Promise<Journal> {
  await mkdir(dirname(o.file), { recursive: true });
  const wholeBytes = await replay(o.file, o.onLine);
  // O_DSYNC: a write returns when its data is on disk, which saves a call per batch.
  const file = await open(o.file, constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC, 0o600);
  await file.truncate(wholeBytes);
  await syncFolder(dirname(o.file));

  let pending: string[] = [];
  /** The batch that waits, and the one that is being written. A failed one stays, and fails all that follow. */
  let next: Promise<void> | undefined;
  let current: Promise<void> | undefined;

  async function write(): Promise<void> {
    // Once around the event loop, so that all requests which arrived together share the write.
    await new Promise((resolve) => setImmediate(resolve));
    const mine = next;
    current = mine;
    next = undefined;
    const batch = pending.join('');
    pending = [];
    await file.appendFile(batch);
    // A later batch cannot have become current: it waits for this one.
    if (current === mine) current = undefined;
  }

  function append(line: string): void {
    pending.push(`${line}\n`);
    if (next) return;
    next = current ? current.then(write) : write();
    next.catch(o.onFailure);
  }

  const settled = (): Promise<void> => next ?? current ?? Promise.resolve();

  return {
    append,
    settled,
    close: async () => {
      await settled();
      await file.close();
    },
  };
}

/** Calls `onLine` for each whole line; returns the number of bytes they take up. */
async function replay(path: string, onLine: (line: string, number: number) => void): Promise<number> {
  const file = await open(path, constants.O_RDONLY | constants.O_CREAT, 0o600);
  try {
    return await readLines(file, onLine);
  } finally {
    await file.close();
  }
}

async function readLines(file: FileHandle, onLine: (line: string, number: number) => void): Promise<number> {
  const chunk = Buffer.alloc(READ_CHUNK_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  let wholeBytes = 0;
  let number = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return wholeBytes;
    const data = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end !== -1; end = data.indexOf(NEWLINE, start)) {
      onLine(data.toString('utf8', start, end), ++number);
      start = end + 1;
    }
    wholeBytes += start;
    rest = data.subarray(start);
  }
}

/** A new file's name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
