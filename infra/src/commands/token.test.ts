import { LOCAL_TOKEN_AUDIENCE, LOCAL_TOKEN_ISSUER } from '@box-office/contract';
import { jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { token } from './token.js';

const SECRET = 'a-secret-of-at-least-32-characters';
beforeEach(() => vi.stubEnv('JWT_SECRET', SECRET));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a token for trying things out', () => {
  it('names role and subject, and is signed as local gateways expect it', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    expect(await token(['operator', 'ann'])).toBe(0);
    const expected = { issuer: LOCAL_TOKEN_ISSUER, audience: LOCAL_TOKEN_AUDIENCE };
    const signed = await jwtVerify(String(log.mock.calls[0]?.[0]), new TextEncoder().encode(SECRET), expected);
    expect(signed.payload).toMatchObject({ role: 'operator', sub: 'ann' });
  });

  it('is refused in one line for another role, without a subject or without the secret', async () => {
    for (const args of [['door', 'ann'], ['buyer'], ['buyer', 'ann', 'lee']]) {
      await expect(token(args)).rejects.toThrow('name a role');
    }
    vi.stubEnv('JWT_SECRET', '');
    await expect(token(['buyer', 'ann'])).rejects.toThrow('JWT_SECRET is not set');
  });
});
