import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const NAMED = /`([^`]+\.test\.ts)` “([^”]+)”/g;

it('docs/testing.md names only tests that exist', () => {
  const doc = readFileSync(new URL('docs/testing.md', root), 'utf8');
  const named = [...doc.matchAll(NAMED)];
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(([, file = '', test = '']) => {
    const path = new URL(file, root);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(test);
  });
  expect(missing.map(([text]) => text)).toEqual([]);
});
