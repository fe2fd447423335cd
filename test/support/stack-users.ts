import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

// A file that starts a stack of its own has the servers' programs installed by the shared one, without a time limit.
const STACK = /\binject\(\s*['"]stack['"]|\bstartStack\(/;
const RELATIVE_IMPORT = /\bfrom\s+['"](\.{1,2}\/[^'"]+)\.js['"]/g;

const STRIPE_MOCK = /\binject\(\s*['"]stripeMockPath['"]/;

/** True if a test file calls `inject('stripeMockPath')`. */
export const usesStripeMock = (file: string): boolean => STRIPE_MOCK.test(readFileSync(file, 'utf8'));

/** True if a test file, or a file that it imports by a relative path, calls `inject('stack')` or `startStack()`. */
export function usesStack(file: string): boolean {
  const seen = new Set<string>();
  const queue = [file];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    if (seen.has(current) || !existsSync(current)) continue;
    seen.add(current);
    const text = readFileSync(current, 'utf8');
    if (STACK.test(text)) return true;
    for (const [, path = ''] of text.matchAll(RELATIVE_IMPORT)) queue.push(resolve(dirname(current), `${path}.ts`));
  }
  return false;
}
