import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyRepository, takeAway } from './copy.js';
import { GUARDS, type Guard } from './guards.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COPY = join(ROOT, '.local', 'guards');
const TESTS_TIMEOUT_MS = 10 * 60_000;

/**
 * `npm run test:guards`: takes one guard away at a time, in a copy of the repository, and runs the test that must
 * notice. A test that passes without the guard that it is there for proves nothing. Arguments choose guards by name.
 */
const names = process.argv.slice(2);
const chosen = GUARDS.filter((guard) => names.length === 0 || names.some((name) => guard.name.includes(name)));
copyRepository(ROOT, COPY);
let unnoticed = 0;
for (const guard of chosen) {
  const putBack = takeAway(COPY, guard);
  const found = runTest(guard);
  putBack();
  const verdict = found === 'failed' ? 'noticed' : `NOT NOTICED (the test ${found})`;
  console.log(`without ${guard.name}: ${verdict} by "${guard.test}…" in ${guard.testFile}`);
  if (found !== 'failed') unnoticed++;
}
rmSync(COPY, { recursive: true, force: true });
console.log(`${chosen.length - unnoticed} of ${chosen.length} guards are tested`);
process.exitCode = unnoticed === 0 && chosen.length > 0 ? 0 : 1;

type Found = 'failed' | 'passed' | 'did not run';

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

function runTest({ testFile, test }: Guard): Found {
  // Where vitest.config.ts says.
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
