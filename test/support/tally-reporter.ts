import type { SerializedError, Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed, N skipped` as the last line of standard output. */
export default class TallyReporter implements Reporter {
  private line = '0 passed, 1 failed, 0 skipped';

  onInit(): void {
    process.once('exit', () => process.stdout.write(`${this.line}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.line = tally(modules, unhandledErrors.length);
  }
}

/** A file that cannot be loaded and an error outside of a test count as failures. */
function tally(modules: readonly TestModule[], unhandledErrors: number): string {
  let [passed, failed, skipped] = [0, unhandledErrors, 0];
  for (const module of modules) {
    let failedTests = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failedTests += 1;
      else skipped += 1;
    }
    failed += failedTests;
    if (failedTests === 0 && module.state() === 'failed') failed += 1;
  }
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
