import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../failure.js';
import { runCommand } from '../processes/run-command.js';
import { formatDuration, type Reporter } from '../reporting.js';

/** A place that cannot be reached is given up quickly; a download that has begun may take its time. */
const FIRST_BYTE_TIMEOUT_MS = 6_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const PROGRESS_EVERY_MS = 5_000;
const UNPACK_TIMEOUT_MS = 60_000;

/**
 * Fetches and unpacks the official archive of the Temporal CLI, from the project's download site or its releases.
 *
 * @returns the program's path
 * @throws Error saying why neither worked
 */
export async function downloadTemporal(o: {
  version: string;
  into: string;
  logFile: string;
  report: Reporter;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const machine = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const places = [
    `https://temporal.download/cli/archive/v${o.version}?platform=${platform}&arch=${machine}`,
    `https://github.com/temporalio/cli/releases/download/v${o.version}/temporal_cli_${o.version}_${platform}_${machine}.tar.gz`,
  ];
  const archive = join(o.into, 'temporal.tar.gz');
  const problems: string[] = [];
  for (const place of places) {
    try {
      await fetchFile(place, archive, o);
      await runCommand({
        what: 'unpacking the Temporal CLI',
        command: 'tar',
        args: ['-xzf', archive, '-C', o.into, 'temporal'],
        timeoutMs: UNPACK_TIMEOUT_MS,
        logFile: o.logFile,
        signal: o.signal,
      });
      const program = join(o.into, 'temporal');
      if (!existsSync(program)) throw new Error('the archive holds no temporal');
      return program;
    } catch (error) {
      o.signal?.throwIfAborted();
      problems.push(`${new URL(place).host}: ${messageOf(error)}`);
    }
  }
  throw new Error(`the download failed (${problems.join('; ')})`);
}

async function fetchFile(
  url: string,
  file: string,
  o: { report: Reporter; signal?: AbortSignal | undefined },
): Promise<void> {
  const hurry = new AbortController();
  const timer = setTimeout(() => hurry.abort(new Error('no answer')), FIRST_BYTE_TIMEOUT_MS);
  // Not AbortSignal.timeout: on Node 20 it may be collected inside of AbortSignal.any, and is then never over.
  const limit = setTimeout(() => hurry.abort(new Error('too slow')), DOWNLOAD_TIMEOUT_MS);
  try {
    const signals = [hurry.signal, ...(o.signal ? [o.signal] : [])];
    const response = await fetch(url, { signal: AbortSignal.any(signals) })
      .catch((error: unknown) => {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        throw new Error(messageOf(cause));
      })
      .finally(() => clearTimeout(timer));
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    await keep(response.body, file, o.report);
  } finally {
    clearTimeout(limit);
  }
}

async function keep(body: ReadableStream<Uint8Array>, file: string, report: Reporter): Promise<void> {
  const startedAt = Date.now();
  let bytes = 0;
  const ticker = setInterval(() => {
    const megabytes = (bytes / 1e6).toFixed(0);
    report.info(`downloading the Temporal CLI: ${megabytes} MB (${formatDuration(Date.now() - startedAt)})`);
  }, PROGRESS_EVERY_MS);
  try {
    await pipeline(
      Readable.fromWeb(body),
      async function* count(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(file),
    );
  } finally {
    clearInterval(ticker);
  }
}
