import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../stack/repository.js';

/** Everything that running leaves behind in a clone. */
export const localDir = (): string => join(repositoryRoot(), '.local');
/** The stack of `npm start`. */
export const mainDir = (): string => join(localDir(), 'main');

/** Directories of stacks, by the beginning of their names; all of them without one. */
export function stackDirs(beginning = ''): string[] {
  try {
    return readdirSync(localDir(), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'logs' && entry.name.startsWith(beginning))
      .map((entry) => join(localDir(), entry.name));
  } catch {
    return [];
  }
}
