import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTVerifyOptions } from 'jose';
import { CLOCK_TOLERANCE_S, EXPIRED, invalid, NOT_VALID, type Refusal, type Signed } from './token.js';

const JWKS_TIMEOUT_MS = 3_000;

/** Tokens that are signed with a key which the issuer publishes (JWKS). The algorithm must be one of public keys. */
export function createPublishedKeyCheck(jwksUrl: URL): (token: string) => Promise<Signed> {
  const published = createRemoteJWKSet(jwksUrl, { timeoutDuration: JWKS_TIMEOUT_MS });
  const options: JWTVerifyOptions = {
    algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['exp', 'sub'],
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, published, options);
      return { kind: 'signed', claims: payload };
    } catch (error) {
      return refusal(error);
    }
  };
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
