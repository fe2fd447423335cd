import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './test/support/long-files-first.js';

// Workspace packages are read from their sources, so that tests never run yesterday's build.
const conditions = ['@box-office/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages,services,infra,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.local/**'],
    pool: 'forks',
    // A worker loads each module once, not once per file: none but test/support/kept-services.ts has state that a test changes.
    isolate: false,
    // Test files wait for servers most of the time. Each worker has servers of its own, see global-setup.ts.
    maxWorkers: 2,
    sequence: { sequencer: LongFilesFirst },
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/choose-stack.ts'],
    reporters: ['default', ['json', { outputFile: '.local/test-results.json' }], './test/support/tally-reporter.ts'],
    // They end what hangs. A busy machine takes ten times as long as a quiet one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
