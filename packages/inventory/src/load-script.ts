import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Beside `src` and `dist`, so that the path is the same from a source file and from its compiled one. */
const FOLDER = new URL('../lua/', import.meta.url);
const INCLUDE = /^--- @include "([^"]+)"$/gm;

export interface Script {
  readonly lua: string;
  /** By which EVALSHA finds it. */
  readonly sha: string;
}

export function scriptOf(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/**
 * Reads `lua/<name>.lua`. A line `--- @include "<name>"` is replaced by that file, also within included files; a file that
 * was included before is left out.
 *
 * @throws Error if a file cannot be read
 */
export function loadScript(name: string): Script {
  const included = new Set<string>();
  const read = (file: string): string => {
    included.add(file);
    const text = readFileSync(new URL(`${file}.lua`, FOLDER), 'utf8');
    return text.replace(INCLUDE, (_, wanted: string) => (included.has(wanted) ? '' : read(wanted)));
  };
  return scriptOf(read(name));
}
