import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The packages of the repository. A copy must resolve them to itself. */
const OWN_PACKAGES = '@box-office';

/** Gives a copy of the repository the dependencies that are installed in the repository. */
export function linkDependencies(root: string, copy: string): void {
  const [shared, modules] = [join(root, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(modules);
  for (const name of readdirSync(shared)) {
    if (name === OWN_PACKAGES)
      cpSync(join(shared, name), join(modules, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(shared, name), join(modules, name));
  }
}
