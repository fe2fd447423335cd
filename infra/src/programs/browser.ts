import { LauncherFailure } from '../failure.js';
import type { Reporter } from '../reporting.js';
import { findProgram, programFolders } from './find.js';
import { installPackages } from './install.js';

/** Chromium without a window: the same pages for less than half of the full browser's CPU. */
const HEADLESS_SHELL = 'chromium-headless-shell';
const NAMES = [HEADLESS_SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The path of a Chromium for browser tests: the given one, else the machine's own, else Debian's headless shell, which
 * is installed.
 *
 * @throws LauncherFailure saying what to install, where that cannot be done here
 */
export async function obtainBrowser(o: {
  given: string | undefined;
  env: Readonly<Record<string, string>>;
  logFile: string;
  report: Reporter;
}): Promise<string> {
  if (o.given !== undefined && o.given !== '') return o.given;
  const find = (): string | undefined =>
    NAMES.map((name) => findProgram(name, programFolders(o.env['PATH']))).find((path) => path !== undefined);
  const there = find();
  if (there !== undefined) return there;
  await installPackages({ packages: [HEADLESS_SHELL], env: o.env, logFile: o.logFile, report: o.report });
  const installed = find();
  if (installed === undefined) throw new LauncherFailure(`${HEADLESS_SHELL} was installed and cannot be found`);
  return installed;
}
