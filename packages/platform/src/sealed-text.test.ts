import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptionKey, openText, sealText } from './sealed-text.js';

describe('a sealed text', () => {
  const key = randomBytes(32);

  it('opens under its key and for its owner, and is never the same twice', () => {
    const [first, second] = [sealText(key, 'a', 'sécret'), sealText(key, 'a', 'sécret')];
    expect([openText(key, 'a', first), openText(key, 'a', second)]).toEqual(['sécret', 'sécret']);
    expect(first.equals(second)).toBe(false);
    expect(first.includes('cret')).toBe(false);
  });

  it('opens under no other key, for no other owner, and not after a change', () => {
    const sealed = sealText(key, 'a', 'secret');
    const changed = Buffer.from(sealed);
    changed[14] = (changed[14] ?? 0) ^ 1;
    expect(() => openText(randomBytes(32), 'a', sealed)).toThrow();
    expect(() => openText(key, 'b', sealed)).toThrow();
    expect(() => openText(key, 'a', changed)).toThrow();
    expect(() => openText(key, 'a', sealed.subarray(0, 20))).toThrow();
  });
});

it('a key has 32 bytes in base64', () => {
  expect(encryptionKey.safeParse(randomBytes(32).toString('base64')).success).toBe(true);
  expect(encryptionKey.safeParse(randomBytes(16).toString('base64')).success).toBe(false);
  expect(encryptionKey.safeParse('no key').success).toBe(false);
});
