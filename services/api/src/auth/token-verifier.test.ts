import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SECRET, tokenOf } from '../testing/gateway.js';
import { createTokenVerifier } from './token-verifier.js';

const invalid = { kind: 'invalid' };

describe('tokens signed with a shared secret', () => {
  afterEach(() => void vi.useRealTimers());

  it('name a buyer, or an operator if they say so', async () => {
    const verify = createTokenVerifier({ keys: { secret: SECRET } });
    expect(await verify(await tokenOf('ann'))).toEqual({ kind: 'valid', caller: { subject: 'ann', role: 'buyer' } });
    const nobodySaid = new SignJWT({ sub: 'ann', role: null, exp: 9_999_999_999 }).setProtectedHeader({ alg: 'HS256' });
    const token = await nobodySaid.sign(new TextEncoder().encode(SECRET));
    expect(await verify(token)).toEqual({ kind: 'valid', caller: { subject: 'ann', role: 'buyer' } });
    const operator = await tokenOf('op', { role: 'operator' });
    expect(await verify(operator)).toEqual({ kind: 'valid', caller: { subject: 'op', role: 'operator' } });
  });

  it('are verified at once, and not believed a moment longer than their expiry allows', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const verify = createTokenVerifier({ keys: { secret: SECRET } });
    const token = await tokenOf('ann', { expiresIn: '1 minute' });
    expect(verify(token)).toMatchObject({ kind: 'valid' });
    vi.setSystemTime(Date.now() + 66_000);
    expect(verify(token)).toMatchObject({ ...invalid, reason: 'The token has expired.' });
  });

  it('are refused without an expiry, without a usable subject, and with no signature', async () => {
    const verify = createTokenVerifier({ keys: { secret: SECRET } });
    const key = new TextEncoder().encode(SECRET);
    const signed = (jwt: SignJWT) => jwt.setProtectedHeader({ alg: 'HS256' }).sign(key);
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann","exp":9999999999}')}.`.replaceAll('=', '');
    for (const token of [
      await signed(new SignJWT({ sub: 'ann' })),
      await signed(new SignJWT({ exp: 9_999_999_999 })),
      await signed(new SignJWT({ sub: 'ann', exp: '9999999999' as never })),
      await signed(new SignJWT({ sub: 7 as never, exp: 9_999_999_999 })),
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

  it('must come from the issuer that is configured', async () => {
    const issuer = 'https://issuer.example';
    const verify = createTokenVerifier({ keys: { secret: SECRET }, issuer });
    const of = (iss: string) =>
      new SignJWT({ sub: 'ann', iss, exp: 9_999_999_999 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(SECRET));
    expect(verify(await of(issuer))).toMatchObject({ kind: 'valid' });
    expect(verify(await of('https://stranger.example'))).toMatchObject(invalid);
    expect(verify(await tokenOf('ann'))).toMatchObject(invalid);
  });
});

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

  const signed = () =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setSubject('ann')
      .setExpirationTime('1 minute')
      .sign(privateKey);

  it('are verified with the keys at the address that is configured', async () => {
    const verify = createTokenVerifier({ keys: { jwksUrl } });
    expect(await verify(await signed())).toMatchObject({ kind: 'valid', caller: { subject: 'ann' } });
  });

  it('are verified once', async () => {
    const verify = createTokenVerifier({ keys: { jwksUrl } });
    const token = await signed();
    await verify(token);
    expect(verify(token)).not.toBeInstanceOf(Promise);
    expect(verify(token)).toMatchObject({ kind: 'valid', caller: { subject: 'ann' } });
  });

  it('are never verified with a shared secret', async () => {
    const verify = createTokenVerifier({ keys: { jwksUrl } });
    expect(await verify(await tokenOf('ann', { secret: published }))).toMatchObject(invalid);
  });

  it('are neither believed nor refused while the keys cannot be had', async () => {
    status = 500;
    const verify = createTokenVerifier({ keys: { jwksUrl } });
    expect(await verify(await signed())).toMatchObject({ kind: 'unavailable' });
    status = 200;
    const nobody = createTokenVerifier({ keys: { jwksUrl: new URL('http://127.0.0.1:1/keys') } });
    expect(await nobody(await signed())).toMatchObject({ kind: 'unavailable' });
  });
});
