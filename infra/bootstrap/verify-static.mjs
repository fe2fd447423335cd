import { spawn } from 'node:child_process';
import { inRoot, ROOT } from './paths.mjs';
import { seconds } from './long-step.mjs';

const CHECK_TIMEOUT_MS = 10 * 60_000;
const module = (...parts) => inRoot('node_modules', ...parts);

/** Cheapest first; types before the checks that read them. */
const CHECKS = [
  { name: 'words', args: [inRoot('infra', 'bootstrap', 'words.mjs')] },
  { name: 'format', args: [module('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'types', args: [module('typescript', 'bin', 'tsc'), '-b'] },
  { name: 'lint', args: [module('eslint', 'bin', 'eslint.js'), '.'] },
  {
    name: 'boundaries',
    args: [
      module('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'packages',
      'services',
      'infra',
      'test',
    ],
  },
  { name: 'migrations', args: [inRoot('infra', 'bootstrap', 'lint-migrations.mjs')] },
  { name: 'dead code', args: [module('knip', 'bin', 'knip.js')] },
];

/**
 * Runs every check, also after one has failed, so that one run shows everything there is to fix.
 *
 * @returns {Promise<number>} the exit code
 */
export async function verifyStatic() {
  const failed = [];
  for (const { name, args } of CHECKS) {
    const startedAt = Date.now();
    const code = await runCheck(args);
    const result = code === 0 ? 'ok' : 'FAILED';
    process.stdout.write(`${name.padEnd(12)} ${result} (${seconds(startedAt)} s)\n`);
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** @param {string[]} args */
function runCheck(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', timeout: CHECK_TIMEOUT_MS });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
