import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { longStep, say, seconds, StepFailure } from './long-step.mjs';
import { inRoot } from './paths.mjs';

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Installs exactly what package-lock.json names, unless it is there already. */
export async function installPackages() {
  if (isInstalled()) return;
  const startedAt = Date.now();
  say('installing npm packages');
  await longStep({
    what: 'installing npm packages',
    log: 'npm-ci.log',
    args: [npmProgram(), 'ci', '--no-audit', '--no-fund'],
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  say(`npm packages installed in ${seconds(startedAt)} s`);
}

/**
 * npm leaves in node_modules a lock file of what it put there, so the two are compared: this also sees a lock file that
 * changed with a pull, and an install that was made by hand. Packages for other platforms are rightly not there.
 */
function isInstalled() {
  const wanted = packagesOf(inRoot('package-lock.json'));
  const there = packagesOf(inRoot('node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new StepFailure('package-lock.json is missing or broken');
  if (there === undefined) return false;
  return Object.entries(wanted).every(([path, { version, link, optional, devOptional, peer }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = there[path];
    if (found === undefined) return optional === true || devOptional === true || peer === true;
    return link === true || found.version === version;
  });
}

/** @param {string} file */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The npm that runs us, else the one that came with this Node. */
function npmProgram() {
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const found = [process.env.npm_execpath, beside, '/usr/share/nodejs/npm/bin/npm-cli.js'].find(
    (file) => file !== undefined && file.endsWith('.js') && existsSync(file),
  );
  if (found === undefined) throw new StepFailure('npm was not found: run this through npm, e.g. npm start');
  return found;
}
