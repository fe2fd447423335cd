import { describe, expect, it } from 'vitest';
import { decodeBase32, encodeBase32 } from './base32.js';

describe('base 32', () => {
  it.each([[[]], [[0]], [[255]], [[1, 2, 3]], [[0, 0, 0, 0, 0]], [[222, 173, 190, 239, 0, 17]]])(
    'gives %j back',
    (given) => {
      const bytes = Uint8Array.from(given);
      expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
    },
  );

  it('is read as people type it', () => {
    const bytes = Uint8Array.from([0, 0, 0, 1, 8]);
    expect(encodeBase32(bytes)).toBe('00000088');
    expect(decodeBase32(' oooo-OO88\n')).toEqual(bytes);
  });

  it.each(['U', '!', '1', '00000000!', '01'])('does not read %j, which nothing is written as', (text) => {
    expect(decodeBase32(text)).toBeNull();
  });
});
