import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET, tokenOf } from '../testing/gateway.js';
import { createTokenVerifier } from './token-verifier.js';

const invalid = { kind: 'invalid' };

describe('tokens signed with a shared secret', () => {
  it('name a buyer, or an operator if they say so', async () => {
    const verify = createTokenVerifier({ keys: { secret: SECRET } });
    expect(await verify(await tokenOf('ann'))).toEqual({ kind: 'valid', caller: { subject: 'ann', role: 'buyer' } });
    const operator = await tokenOf('op', { role: 'operator' });
    expect(await verify(operator)).toEqual({ kind: 'valid', caller: { subject: 'op', role: 'operator' } });
  });

  it('are verified once, and not believed a moment longer than their expiry allows', async () => {
    let nowMs = Date.now();
    const verify = createTokenVerifier({ keys: { secret: SECRET }, now: () => nowMs });
    const token = await tokenOf('ann', { expiresIn: '1 minute' });
    await verify(token);
    expect(verify(token)).not.toBeInstanceOf(Promise);
    nowMs += 66_000;
    expect(await verify(token)).toMatchObject({ ...invalid, reason: 'The token has expired.' });
  });

  it('are refused without an expiry, without a usable subject, and with no signature', async () => {
    const verify = createTokenVerifier({ keys: { secret: SECRET } });
    const key = new TextEncoder().encode(SECRET);
    const signed = (jwt: SignJWT) => jwt.setProtectedHeader({ alg: 'HS256' }).sign(key);
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann","exp":9999999999}')}.`.replaceAll('=', '');
    for (const token of [
      await signed(new SignJWT({ sub: 'ann' })),
      await signed(new SignJWT({ exp: 9_999_999_999 })),
      await tokenOf('two words'),
      await tokenOf('x'.repeat(129)),
      unsigned,
      'x'.repeat(5_000),
    ]) {
      expect(await verify(token)).toMatchObject(invalid);
    }
  });

  it('must come from the issuer that is configured', async () => {
    const verify = createTokenVerifier({ keys: { secret: SECRET }, issuer: 'https://issuer.example' });
    expect(await verify(await tokenOf('ann'))).toMatchObject(invalid);
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
