import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { CLOCK_TOLERANCE_S, EXPIRED, invalid, NOT_VALID, type Refusal, type Signed } from './token.js';

const JWKS_TIMEOUT_MS = 3_000;

/** A shared secret (HS256; local stacks and tests) or the issuer's published keys (production). */
export type KeySource = { readonly secret: string } | { readonly jwksUrl: URL };

/** Checks the signature of tokens, `exp` and `nbf`. The kind of key decides which algorithms a token may name. */
export function createSignatureCheck(keys: KeySource): (token: string) => Promise<Signed> {
  const options = { clockTolerance: CLOCK_TOLERANCE_S, requiredClaims: ['exp', 'sub'] };
  const verify = 'secret' in keys ? verifierOf(keys.secret, options) : publishedVerifier(keys.jwksUrl, options);
  return async (token) => {
    try {
      return { kind: 'signed', claims: (await verify(token)).payload };
    } catch (error) {
      return refusal(error);
    }
  };
}

type Verify = (token: string) => Promise<JWTVerifyResult>;

function verifierOf(secret: string, options: JWTVerifyOptions): Verify {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  // Imported once: importing it for each token would double the cost.
  const key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['verify']);
  return async (token) => jwtVerify(token, await key, { ...options, algorithms: ['HS256'] });
}

function publishedVerifier(jwksUrl: URL, options: JWTVerifyOptions): Verify {
  const published = createRemoteJWKSet(jwksUrl, { timeoutDuration: JWKS_TIMEOUT_MS });
  const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];
  return (token) => jwtVerify(token, published, { ...options, algorithms });
}

function refusal(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return EXPIRED;
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalid(`The ${error.claim} claim is missing or wrong.`);
  }
  const keysAreUnavailable =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    // What jose says of an issuer that answers with another status than 200, and what fetch says of none at all.
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC') ||
    error instanceof TypeError;
  if (keysAreUnavailable)
    return { kind: 'unavailable', reason: "The token issuer's keys cannot be fetched at the moment." };
  return NOT_VALID;
}
