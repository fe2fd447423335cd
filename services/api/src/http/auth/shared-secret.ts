import { createVerifier, TokenError } from 'fast-jwt';
import { CLOCK_TOLERANCE_S, EXPIRED, invalid, NOT_VALID, type Claims, type Refusal, type Signed } from './token.js';

/** fast-jwt words these for the caller. */
const ABOUT_A_CLAIM: ReadonlySet<string> = new Set([
  TokenError.codes.missingRequiredClaim,
  TokenError.codes.invalidClaimType,
  TokenError.codes.invalidClaimValue,
  TokenError.codes.inactive,
]);

/**
 * Tokens that are signed with a shared secret (HS256). The signature is computed at once, in this thread: handing it to the
 * thread pool, as Web Crypto does, costs ten times what it takes.
 */
export function createSecretCheck(secret: string): (token: string) => Signed {
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    clockTolerance: CLOCK_TOLERANCE_S * 1_000,
    requiredClaims: ['exp', 'sub'],
  });
  return (token) => {
    try {
      return { kind: 'signed', claims: verify(token) as Claims };
    } catch (error) {
      return refusal(error);
    }
  };
}

function refusal(error: unknown): Refusal {
  if (!(error instanceof TokenError)) return NOT_VALID;
  if (error.code === TokenError.codes.expired) return EXPIRED;
  return ABOUT_A_CLAIM.has(error.code) ? invalid(error.message) : NOT_VALID;
}
