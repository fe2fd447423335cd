import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
/** A file, and the tests of it that are named after it. */
const NAMED = /`([^`]+\.test\.ts)` (“[^”]+”(?:,? and “[^”]+”|, “[^”]+”)*)/g;

it('docs/testing.md names only tests that exist', () => {
  const doc = readFileSync(new URL('docs/testing.md', root), 'utf8');
  const named = [...doc.matchAll(NAMED)].flatMap(([, file = '', tests = '']) =>
    [...tests.matchAll(/“([^”]+)”/g)].map(([, test = '']) => ({ file, test })),
  );
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(({ file, test }) => {
    const path = new URL(file, root);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(test);
  });
  expect(missing).toEqual([]);
});
