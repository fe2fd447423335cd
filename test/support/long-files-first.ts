import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Folders whose files start processes and wait for them, in the order in which they run. Faults and volume use the machine
 * most, so they do not run side by side.
 */
const SLOW = ['/test/faults/', '/test/e2e/', '/test/volume/'];

/**
 * Starts the slow files first, so that no worker waits for one that the other began last. Vitest knows how long a file
 * takes only after a first run on the same machine.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}

function rankOf(path: string): number {
  const rank = SLOW.findIndex((folder) => path.includes(folder));
  return rank === -1 ? SLOW.length : rank;
}
