import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@box-office/infra';
import { expect, it } from 'vitest';
import { GUARDS } from './guards.js';

const timesIn = (file: string, text: string): number =>
  readFileSync(join(repositoryRoot(), file), 'utf8').split(text).length - 1;

it.each(GUARDS)('$name is where it is removed from', ({ edits, testFile, test }) => {
  for (const { file, text } of edits) expect([file, text, timesIn(file, text)]).toEqual([file, text, 1]);
  const name = test.replace(/"\w+"/, '"%s"');
  expect(timesIn(testFile, test) + timesIn(testFile, name)).toBeGreaterThan(0);
});
