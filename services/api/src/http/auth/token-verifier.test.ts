import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { LRUCache } from 'lru-cache';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SECRET, TOKEN_RULES, tokenOf } from '../../testing/gateway.js';
import { createTokenVerifier } from './token-verifier.js';

const invalid = { kind: 'invalid' };

describe('tokens signed with a shared secret', () => {
  afterEach(() => void vi.useRealTimers());

  it('name a buyer, or an operator if they say so', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    expect(await verify(await tokenOf('ann'))).toEqual({ kind: 'valid', caller: { subject: 'ann', role: 'buyer' } });
    const token = await signed({ role: null });
    expect(await verify(token)).toEqual({ kind: 'valid', caller: { subject: 'ann', role: 'buyer' } });
    const operator = await tokenOf('op', { role: 'operator' });
    expect(await verify(operator)).toEqual({ kind: 'valid', caller: { subject: 'op', role: 'operator' } });
  });

  it('are verified, and not believed a moment longer than their expiry allows', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    const token = await tokenOf('ann', { expiresIn: '1 minute' });
    expect(await verify(token)).toMatchObject({ kind: 'valid' });
    vi.setSystemTime(Date.now() + 66_000);
    expect(await verify(token)).toMatchObject({ ...invalid, reason: 'The token has expired.' });
  });

  it('are refused without an expiry, without a usable subject, and with no signature', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims()))}.`.replaceAll('=', '');
    for (const token of [
      await signed({ exp: undefined }),
      await signed({ sub: undefined }),
      await signed({ exp: String(claims().exp) }),
      await signed({ sub: 7 }),
      await tokenOf('two words'),
      await tokenOf('x'.repeat(129)),
      await tokenOf('ann', { secret: `another ${SECRET}` }),
      unsigned,
      'no.token.atall',
      'x'.repeat(5_000),
    ]) {
      expect(await verify(token)).toMatchObject(invalid);
    }
  });

  it.each([
    ['another issuer', { iss: 'https://stranger.example' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'another-api' }],
    ['other audiences', { aud: ['another-api', 'a third'] }],
    ['no audience', { aud: undefined }],
    ['no time of issue', { iat: undefined }],
    ['a time of issue in the future', { iat: nowS() + 3_600, exp: nowS() + 7_200 }],
    ['a lifetime above the limit', { exp: nowS() + TOKEN_RULES.maxLifetimeS + 60 }],
    ['a lifetime of ever', { exp: 9_999_999_999 }],
  ])('are refused with %s, although the signature is right', async (_, changes) => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    expect(await verify(await signed(changes))).toMatchObject(invalid);
  });

  it('are taken if this API is one of their audiences', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    expect(await verify(await signed({ aud: ['another-api', TOKEN_RULES.audience] }))).toMatchObject({ kind: 'valid' });
  });

  it.each([
    [undefined, 'valid'],
    ['JWT', 'valid'],
    ['at+jwt', 'valid'],
    ['application/at+jwt', 'valid'],
    ['logout+jwt', 'invalid'],
    ['dpop+jwt', 'invalid'],
    ['', 'invalid'],
  ])('of the type %s are %s', async (typ, kind) => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    expect(await verify(await signed({}, typ === undefined ? {} : { typ }))).toMatchObject({ kind });
  });

  it('are remembered by their hash: the cache has no usable token', async () => {
    const keys = vi.spyOn(LRUCache.prototype, 'set');
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } });
    const token = await signed({});
    await verify(token);
    await verify(token);
    expect(keys.mock.calls.map(([key]) => key as unknown)).toEqual([
      createHash('sha256').update(token).digest('base64'),
    ]);
    keys.mockRestore();
  });
});

const nowS = (): number => Math.floor(Date.now() / 1_000);

const claims = () => ({
  sub: 'ann',
  iss: TOKEN_RULES.issuer,
  aud: TOKEN_RULES.audience,
  iat: nowS(),
  exp: nowS() + 600,
});

/** A token whose signature is right; a claim that is undefined is left out. */
function signed(changes: Record<string, unknown>, header: { typ?: string } = {}): Promise<string> {
  return new SignJWT({ ...claims(), ...changes })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(SECRET));
}

describe('tokens signed with published keys', () => {
  let privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  let published: string;
  let status = 200;
  const server = createServer((_, response) => response.writeHead(status).end(published));
  let jwksUrl: URL;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    published = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const signed = (changes = {}, header = {}) =>
    new SignJWT({ ...claims(), ...changes }).setProtectedHeader({ alg: 'ES256', kid: 'k', ...header }).sign(privateKey);

  it('are verified with the keys at the address that is configured', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { jwksUrl } });
    expect(await verify(await signed())).toMatchObject({ kind: 'valid', caller: { subject: 'ann' } });
  });

  it('are refused if they are for another audience, from another issuer, of another type or live too long', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { jwksUrl } });
    expect(await verify(await signed({ aud: 'another-api' }))).toMatchObject(invalid);
    expect(await verify(await signed({ iss: 'https://stranger.example' }))).toMatchObject(invalid);
    expect(await verify(await signed({}, { typ: 'logout+jwt' }))).toMatchObject(invalid);
    expect(await verify(await signed({ exp: nowS() + 90_000 }))).toMatchObject(invalid);
  });

  it('are verified once', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { jwksUrl } });
    const token = await signed();
    await verify(token);
    expect(verify(token)).not.toBeInstanceOf(Promise);
    expect(verify(token)).toMatchObject({ kind: 'valid', caller: { subject: 'ann' } });
  });

  it('are never verified with a shared secret', async () => {
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { jwksUrl } });
    expect(await verify(await tokenOf('ann', { secret: published }))).toMatchObject(invalid);
  });

  it('are neither believed nor refused while the keys cannot be had', async () => {
    status = 500;
    const verify = createTokenVerifier({ ...TOKEN_RULES, keys: { jwksUrl } });
    expect(await verify(await signed())).toMatchObject({ kind: 'unavailable' });
    status = 200;
    const unreachable = createTokenVerifier({ ...TOKEN_RULES, keys: { jwksUrl: new URL('http://127.0.0.1:1/keys') } });
    expect(await unreachable(await signed())).toMatchObject({ kind: 'unavailable' });
  });

  describe('of a second issuer', () => {
    const shop = () => ({
      issuer: 'shop',
      audience: 'tickets',
      maxLifetimeS: 600,
      keys: { jwksUrl },
      roles: ['buyer'] as const,
    });
    const verifier = () => createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } }, shop());
    const asShop = { iss: 'shop', aud: 'tickets' };

    it('are accepted beside those of the first', async () => {
      const verify = verifier();
      expect(await verify(await signed(asShop))).toMatchObject({ kind: 'valid', caller: { role: 'buyer' } });
      expect(await verify(await tokenOf('op', { role: 'operator' }))).toMatchObject({ caller: { role: 'operator' } });
    });

    it.each([
      ['a role that it may not give', { ...asShop, role: 'operator' }],
      ['the audience of the first issuer', { ...asShop, aud: TOKEN_RULES.audience }],
      ['a longer life than it may give', { ...asShop, exp: nowS() + 700 }],
      ['the name of the first issuer', {}],
      ['the name of no issuer', { ...asShop, iss: 'stranger' }],
    ])('are refused with %s', async (_, changes) => {
      expect(await verifier()(await signed(changes))).toMatchObject(invalid);
    });

    it('are refused with the keys of the first', async () => {
      const secret = new TextEncoder().encode(SECRET);
      const token = new SignJWT({ ...claims(), ...asShop }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
      expect(await verifier()(await token)).toMatchObject(invalid);
    });
  });
});
