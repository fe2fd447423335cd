import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyRepository, removeGuard } from './copy.js';
import { GUARDS, type Guard } from './guards.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COPY = join(ROOT, '.local', 'guards');
const TESTS_TIMEOUT_MS = 10 * 60_000;

/**
 * `npm run test:guards`: removes one guard at a time in a copy of the repository and runs the test that must fail. A
 * test that passes without its guard proves nothing. Arguments select guards by parts of their names.
 */
const names = process.argv.slice(2);
const selected = GUARDS.filter((guard) => names.length === 0 || names.some((name) => guard.name.includes(name)));
copyRepository(ROOT, COPY);
let untested = 0;
for (const guard of selected) {
  const restore = removeGuard(COPY, guard);
  const result = runTest(guard);
  restore();
  const verdict = result === 'failed' ? 'tested' : `NOT TESTED (the test ${result})`;
  console.log(`without ${guard.name}: ${verdict} by "${guard.test}…" in ${guard.testFile}`);
  if (result !== 'failed') untested++;
}
rmSync(COPY, { recursive: true, force: true });
console.log(`${selected.length - untested} of ${selected.length} guards are tested`);
process.exitCode = untested === 0 && selected.length > 0 ? 0 : 1;

type TestResult = 'failed' | 'passed' | 'did not run';

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

function runTest({ testFile, test }: Guard): TestResult {
  // See `reporters` in vitest.config.ts.
  const results = join(COPY, '.local', 'test-results.json');
  rmSync(results, { force: true });
  const vitest = join(COPY, 'node_modules', 'vitest', 'vitest.mjs');
  const name = test.replaceAll(/[^\w ,:]/g, '.');
  const options = { cwd: COPY, stdio: 'ignore', timeout: TESTS_TIMEOUT_MS } as const;
  spawnSync(process.execPath, [vitest, 'run', testFile, '-t', name], options);
  if (!existsSync(results)) return 'did not run';
  const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as Results;
  const [found] = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title, status }) => title.startsWith(test) && status !== 'skipped' && status !== 'pending');
  if (found === undefined) return 'did not run';
  return found.status === 'failed' ? 'failed' : 'passed';
}
