import { describe, expect, it } from 'vitest';
import { subjectAt } from './identity-provider.js';

const ISSUER = 'https://id.example';

describe('the subject of who signs in', () => {
  it('is the same at each sign-in, now and in later releases', () => {
    expect(subjectAt(ISSUER, 'ann')).toBe('oidc-4zDQ3CumaA-AaIISnkgWVJy19_zQJX3VGsElDgN1fNY');
  });

  it('is another one for another person, another issuer, and wherever the two are divided', () => {
    const subjects = [
      subjectAt(ISSUER, 'ann'),
      subjectAt(ISSUER, 'Ann'),
      subjectAt('https://other.example', 'ann'),
      subjectAt(`${ISSUER}a`, 'nn'),
      subjectAt(ISSUER, 'a","nn'),
      subjectAt(`${ISSUER}","a`, 'nn'),
    ];
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('fits into a session and a token, however long its parts, and is no guest’s', () => {
    const longest = subjectAt(`https://id.example/${'x'.repeat(2_000)}`, 'y'.repeat(255));
    expect(longest).toMatch(/^oidc-[\w-]{43}$/);
  });
});
