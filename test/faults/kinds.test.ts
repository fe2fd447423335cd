import { expect, it } from 'vitest';
import { FAULT_KINDS, kindsNamed } from './injection/kinds.js';

it('knows the kinds of faults by their names', () => {
  expect(kindsNamed([])).toBe(FAULT_KINDS);
  expect(kindsNamed(['redis']).map(({ name }) => name)).toEqual([
    'stop redis',
    'kill redis',
    'wipe redis',
    'old redis',
  ]);
  expect(() => kindsNamed(['earthquake'])).toThrow('no kind of fault is called earthquake');
});
