import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { servicesOf } from './stack-users.js';

/**
 * Folders whose files start processes and wait for them, in the order in which they run. Faults and volume use the machine
 * most, so they do not run side by side.
 */
const SLOW = ['/test/faults/', '/test/e2e/', '/test/browser/', '/test/volume/'];

/**
 * Starts the slow files first, so that no worker waits for one that the other began last. Vitest knows how long a file
 * takes only after a first run on the same machine. Files of a folder that start the same services follow one another.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const keys = new Map(sorted.map(({ moduleId }) => [moduleId, keyOf(moduleId)]));
    return sorted.sort((a, b) => (keys.get(a.moduleId) ?? '').localeCompare(keys.get(b.moduleId) ?? ''));
  }
}

function keyOf(path: string): string {
  const rank = SLOW.findIndex((folder) => path.includes(folder));
  return rank === -1 ? String(SLOW.length) : `${rank} ${servicesOf(path) ?? ''}`;
}
