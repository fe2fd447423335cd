import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Guard } from './guards.js';

/** Neither of the copy's own, nor of any use in it. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.local', '.git']);
/** The packages of the repository, which a copy must find in itself. */
const OWN_PACKAGES = '@box-office';

/** Copies the repository as it stands, builds included; what others made is shared with it. */
export function copyRepository(root: string, copy: string): void {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(root)) {
    if (LEFT_OUT.has(name)) continue;
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  }
  const [shared, modules] = [join(root, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(modules);
  for (const name of readdirSync(shared)) {
    if (name === OWN_PACKAGES)
      cpSync(join(shared, name), join(modules, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(shared, name), join(modules, name));
  }
}

/**
 * Takes the guard away in the copy.
 *
 * @returns what puts it back
 * @throws Error if the guard is not where it is said to be
 */
export function takeAway(copy: string, guard: Guard): () => void {
  const before = new Map<string, string>();
  for (const { file, text, instead } of guard.edits) {
    const path = join(copy, file);
    const content = readFileSync(path, 'utf8');
    if (content.split(text).length !== 2) throw new Error(`${guard.name}: ${file} does not have exactly one "${text}"`);
    if (!before.has(path)) before.set(path, content);
    writeFileSync(
      path,
      content.replace(text, () => instead),
    );
  }
  return () => {
    for (const [path, content] of before) writeFileSync(path, content);
  };
}
