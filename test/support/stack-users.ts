import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

// A file that starts a stack of its own has the servers' programs installed by the shared one, without a time limit.
const STACK = /\binject\(\s*['"]stack['"]|\bstartStack\(/;
const RELATIVE_IMPORT = /\bfrom\s+['"](\.{1,2}\/[^'"]+)\.js['"]/g;

const BROWSER = /\bobtainBrowser\(/;
const STRIPE_TEST_KEY = /\binject\(\s*['"]stripeTestKey['"]/;
const STRIPE_MOCK = /\binject\(\s*['"]stripeMockPath['"]/;

/** True if a test file calls `inject('stripeMockPath')`. */
export const usesStripeMock = (file: string): boolean => STRIPE_MOCK.test(readFileSync(file, 'utf8'));

/** True if a test file calls `inject('stripeTestKey')`. */
export const usesStripeTestKey = (file: string): boolean => STRIPE_TEST_KEY.test(readFileSync(file, 'utf8'));

const START_OF_SERVICES = /\b(?:startTestSystem|open(?:Hold|Authentication|Reconciliation)Fixture)\([^;]*/;

/** The call by which a test file starts its services first; files with the same one mostly share them. */
export const servicesOf = (file: string): string | undefined => START_OF_SERVICES.exec(readFileSync(file, 'utf8'))?.[0];

/** True if a test file, or a file that it imports by a relative path, calls `inject('stack')` or `startStack()`. */
export const usesStack = (file: string): boolean => reaches(file, STACK);

/** True if a test file, or a file that it imports by a relative path, calls `obtainBrowser()`. */
export const usesBrowser = (file: string): boolean => reaches(file, BROWSER);

function reaches(file: string, pattern: RegExp): boolean {
  const seen = new Set<string>();
  const queue = [file];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    if (seen.has(current) || !existsSync(current)) continue;
    seen.add(current);
    const text = readFileSync(current, 'utf8');
    if (pattern.test(text)) return true;
    for (const [, path = ''] of text.matchAll(RELATIVE_IMPORT)) queue.push(resolve(dirname(current), `${path}.ts`));
  }
  return false;
}
