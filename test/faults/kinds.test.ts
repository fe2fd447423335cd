import { expect, it } from 'vitest';
import { FAULT_KINDS, kindsNamed } from './injection/kinds.js';

it('kinds of faults are selected by parts of their names, and an unknown name is refused', () => {
  expect(kindsNamed([])).toBe(FAULT_KINDS);
  expect(kindsNamed(['redis']).map(({ name }) => name)).toEqual([
    'stop redis',
    'kill redis',
    'wipe redis',
    'old redis',
  ]);
  expect(() => kindsNamed(['earthquake'])).toThrow('no kind of fault has earthquake in its name');
});
