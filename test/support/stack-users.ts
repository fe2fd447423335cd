import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const STACK = /\binject\(\s*['"]stack['"]/;
const RELATIVE_IMPORT = /\bfrom\s+['"](\.{1,2}\/[^'"]+)\.js['"]/g;

/** True if a test file, or one that it imports from beside it, asks for the stack: `inject('stack')`. */
export function usesStack(file: string): boolean {
  const seen = new Set<string>();
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at) || !existsSync(at)) continue;
    seen.add(at);
    const text = readFileSync(at, 'utf8');
    if (STACK.test(text)) return true;
    for (const [, path = ''] of text.matchAll(RELATIVE_IMPORT)) open.push(resolve(dirname(at), `${path}.ts`));
  }
  return false;
}
