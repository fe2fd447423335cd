import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { longStep } from './long-step.mjs';
import { inRoot } from './paths.mjs';

const COMPILE_TIMEOUT_MS = 10 * 60_000;
const BUNDLE_TIMEOUT_MS = 5 * 60_000;

/** What runs: the launcher, the simulator, the services and the command line, with the packages that they refer to. */
const PROGRAMS = [
  'infra',
  'infra/mailbox',
  'infra/payment-simulator',
  'services/api',
  'services/workflows',
  'services/audit-consumer',
  'services/cli',
  'services/shop',
  'services/console',
];
/** The services that have workflows, each with a bundle of its own. */
const BUNDLED = ['workflows', 'audit-consumer'];

/** Compiles what changed since the last time, and bundles the workflows if they did. */
export async function build() {
  await compile(PROGRAMS);
  for (const service of BUNDLED) await bundle(service);
}

/** @param {string} service a folder of services/ */
async function bundle(service) {
  const dist = (/** @type {string} */ name) => inRoot('services', service, 'dist', name);
  const target = dist('workflow-bundle.js');
  const stamp = `${target}.made-from`;
  // As far as they can change: compiled code and the versions of packages.
  const sources = [
    inRoot('package-lock.json'),
    inRoot('services', service, 'dist'),
    ...['contract', 'temporal'].map((name) => inRoot('packages', name, 'dist')),
  ];
  const madeFrom = fingerprint(sources);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === madeFrom) return;
  await longStep({
    what: `bundling the workflows of ${service}`,
    log: 'bundle.log',
    args: [dist('bundle.js')],
    timeoutMs: BUNDLE_TIMEOUT_MS,
  });
  writeFileSync(stamp, madeFrom);
}

/** @param {string[]} projects folders with a tsconfig.json */
export async function compile(projects) {
  await longStep({
    what: 'compiling',
    log: 'tsc.log',
    args: [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-b', ...projects],
    timeoutMs: COMPILE_TIMEOUT_MS,
  });
}

/** @param {string[]} paths files, and folders whose JavaScript counts */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(path)) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js') && name !== 'workflow-bundle.js')
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
