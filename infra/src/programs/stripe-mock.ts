import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readLauncherConfig } from '../config.js';
import type { Reporter } from '../reporting.js';
import { buildWithGo, findGo } from './go-build.js';

const VERSION = '0.203.0';

/**
 * Stripe's own mock of its API, which knows the shape of each request and answer: from the user's cache, or built with Go.
 *
 * @returns undefined where it is not in the cache and there is no Go
 * @throws LauncherFailure when it cannot be built
 */
export async function obtainStripeMock(o: {
  readonly logFile: string;
  readonly report: Reporter;
}): Promise<string | undefined> {
  const { cacheDir, inherited: env } = readLauncherConfig();
  const home = join(cacheDir, `stripe-mock-${VERSION}`);
  const cached = join(home, 'stripe-mock');
  if (existsSync(cached)) return cached;
  if (findGo(env) === undefined) return undefined;
  mkdirSync(home, { recursive: true });
  const workshop = mkdtempSync(join(home, 'build-'));
  try {
    const source = `github.com/stripe/stripe-mock@v${VERSION}`;
    renameSync(await buildWithGo({ ...o, name: 'stripe-mock', source, into: workshop, env }), cached);
    return cached;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
