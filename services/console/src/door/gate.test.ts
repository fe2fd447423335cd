import { nameFault } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { gateName } from './gate.js';

describe('gateName', () => {
  it.each([
    [' Gate  B\n', 'Gate B'],
    ['Eingang\u00ADNord', 'EingangNord'],
    ['Gate B\u200E', 'Gate B'],
    ['دروازه\u200Cشمال', 'دروازهشمال'],
    ['\uD800Gate \u0000B', 'Gate B'],
    [`${'x'.repeat(39)}😀`, 'x'.repeat(39)],
    [`${'x'.repeat(38)}e\u0301y`, `${'x'.repeat(38)}éy`],
  ])('makes %j a name that the gateway takes', (given, gate) => {
    expect(gateName.parse(given)).toBe(gate);
    expect(nameFault(gate)).toBeNull();
  });

  it('takes nothing invisible for a name', () => {
    expect(gateName.safeParse(' \u200B\u00AD ').success).toBe(false);
  });
});
