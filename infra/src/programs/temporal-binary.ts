import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LauncherFailure, messageOf } from '../failure.js';
import type { Reporter } from '../reporting.js';
import { downloadTemporal } from './temporal-download.js';
import { findProgram, programFolders } from './find.js';
import { buildWithGo } from './go-build.js';
import {
  compareVersions,
  OLDEST_TEMPORAL_SERVER,
  TEMPORAL_CLI_VERSION,
  temporalServerVersion,
} from './temporal-version.js';

export interface TemporalProgram {
  readonly path: string;
  readonly serverVersion: string;
}

export interface TemporalSearch {
  readonly cacheDir: string;
  /** The environment of the user, for PATH and for Go. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly report: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A Temporal CLI with a recent enough server in it: the one on PATH, the one in the user's cache, the official
 * download, or one built with Go; the last two go into the cache.
 *
 * @throws LauncherFailure when there is no way to get one
 */
export async function obtainTemporal(o: TemporalSearch): Promise<TemporalProgram> {
  const onPath = findProgram('temporal', programFolders(o.env['PATH']));
  if (onPath !== undefined) {
    const serverVersion = await temporalServerVersion(onPath);
    if (isRecent(serverVersion)) return { path: onPath, serverVersion };
    o.report.info(`${onPath} has server ${serverVersion ?? 'of unknown version'}, too old; looking further`);
  }

  const home = join(o.cacheDir, `temporal-${TEMPORAL_CLI_VERSION}`);
  const cached = join(home, 'temporal');
  if (existsSync(cached)) {
    const serverVersion = await temporalServerVersion(cached);
    if (isRecent(serverVersion)) return { path: cached, serverVersion };
    rmSync(cached, { force: true });
  }
  mkdirSync(home, { recursive: true });
  const problems: string[] = [];
  for (const [way, obtain] of [
    ['download', downloadInto],
    ['build', buildInto],
  ] as const) {
    o.signal?.throwIfAborted();
    const workshop = mkdtempSync(join(home, `${way}-`));
    try {
      const fresh = await obtain(workshop, o);
      const serverVersion = await temporalServerVersion(fresh);
      if (!isRecent(serverVersion)) throw new Error(`it reports server ${serverVersion ?? 'of unknown version'}`);
      renameSync(fresh, cached);
      return { path: cached, serverVersion };
    } catch (error) {
      o.signal?.throwIfAborted();
      o.report.info(`Temporal: ${messageOf(error)}`);
      problems.push(messageOf(error));
    } finally {
      rmSync(workshop, { recursive: true, force: true });
    }
  }
  throw new LauncherFailure(
    `no Temporal CLI (${problems.join('; ')}); put one with server ${OLDEST_TEMPORAL_SERVER} or later on PATH ` +
      '(https://docs.temporal.io/cli), or install Go (https://go.dev/dl) and run this again',
    o.logFile,
  );
}

const isRecent = (version: string | undefined): version is string =>
  version !== undefined && compareVersions(version, OLDEST_TEMPORAL_SERVER) >= 0;

async function downloadInto(workshop: string, o: TemporalSearch): Promise<string> {
  o.report.info(`downloading the Temporal CLI ${TEMPORAL_CLI_VERSION}`);
  return downloadTemporal({ version: TEMPORAL_CLI_VERSION, into: workshop, ...o });
}

function buildInto(workshop: string, o: TemporalSearch): Promise<string> {
  const source = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
  return buildWithGo({ ...o, name: `the Temporal CLI ${TEMPORAL_CLI_VERSION}`, source, into: workshop });
}
