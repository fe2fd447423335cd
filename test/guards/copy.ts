import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { linkDependencies } from '../support/link-dependencies.js';
import type { Guard } from './guards.js';

/** Folders that the copy shares with the repository or does not need. */
const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.local', '.git']);

/** Copies the repository with its builds. Links the other dependencies. */
export function copyRepository(root: string, copy: string): void {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(root)) {
    if (NOT_COPIED.has(name)) continue;
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  }
  linkDependencies(root, copy);
}

/**
 * Removes the guard in the copy.
 *
 * @returns a function that restores it
 * @throws Error if an edit's text does not occur exactly once
 */
export function removeGuard(copy: string, guard: Guard): () => void {
  const before = new Map<string, string>();
  for (const { file, text, replacement } of guard.edits) {
    const path = join(copy, file);
    const content = readFileSync(path, 'utf8');
    if (content.split(text).length !== 2) throw new Error(`${guard.name}: ${file} does not have exactly one "${text}"`);
    if (!before.has(path)) before.set(path, content);
    writeFileSync(
      path,
      content.replace(text, () => replacement),
    );
  }
  return () => {
    for (const [path, content] of before) writeFileSync(path, content);
  };
}
