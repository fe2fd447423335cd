import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../context.js';

const MAX_TOKEN_LENGTH = 4_096;
const MAX_SUBJECT_LENGTH = 128;
/** Verified tokens kept: some 10 MB at most. */
const MAX_CACHED_TOKENS = 10_000;
/** Clocks of the issuer and of this machine may differ by so much. */
const CLOCK_TOLERANCE_S = 5;
/** A verified token is looked at again after this time, so that a withdrawn signing key takes effect. */
const MAX_CACHED_MS = 5 * 60_000;
const JWKS_TIMEOUT_MS = 3_000;

/** Reasons are sentences for the caller. `unavailable`: nothing is known about the token, because the issuer's keys cannot be had at the moment. */
export type Verified =
  | { readonly kind: 'valid'; readonly caller: Caller }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A shared secret (HS256; local stacks and tests) or the issuer's published keys (production). */
export type KeySource = { readonly secret: string } | { readonly jwksUrl: URL };

/** Synchronous where the token was verified before: the way of nearly every request. */
export type VerifyToken = (token: string) => Verified | Promise<Verified>;

/**
 * Verifies bearer tokens: signature, `exp` (required), `nbf`, `iss` if one is configured, `sub`, and `role`, which is
 * `buyer` unless it says `operator`. The algorithms are fixed by the kind of key, never taken from the token.
 */
export function createTokenVerifier(o: { keys: KeySource; issuer?: string; now?: () => number }): VerifyToken {
  const now = o.now ?? Date.now;
  const verified = new LRUCache<string, { result: Verified; untilMs: number }>({ max: MAX_CACHED_TOKENS });
  const check = signatureCheck(o.keys);

  async function verifyAnew(token: string): Promise<Verified> {
    const nowMs = now();
    const options: JWTVerifyOptions = {
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'sub'],
      ...(o.issuer === undefined ? {} : { issuer: o.issuer }),
    };
    let payload: JWTPayload;
    try {
      ({ payload } = await check(token, options));
    } catch (error) {
      return refusal(error);
    }
    const result = callerIn(payload);
    // Refusals are not kept: a stranger could push the tokens of buyers out of the cache with them.
    if (result.kind === 'valid') {
      const expiresMs = (payload.exp ?? 0) * 1_000 + CLOCK_TOLERANCE_S * 1_000;
      verified.set(token, { result, untilMs: Math.min(expiresMs, nowMs + MAX_CACHED_MS) });
    }
    return result;
  }

  return (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return { kind: 'invalid', reason: 'The token is too long.' };
    const known = verified.get(token);
    if (known !== undefined && known.untilMs > now()) return known.result;
    return verifyAnew(token);
  };
}

type SignatureCheck = (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;

function signatureCheck(keys: KeySource): SignatureCheck {
  if ('secret' in keys) {
    const secret = new TextEncoder().encode(keys.secret);
    // Given the bytes, jose would import them anew for each token: half of what it costs to verify one.
    const imported = crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
    return async (token, options) => jwtVerify(token, await imported, { ...options, algorithms: ['HS256'] });
  }
  const published = createRemoteJWKSet(keys.jwksUrl, { timeoutDuration: JWKS_TIMEOUT_MS });
  const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];
  return (token, options) => jwtVerify(token, published, { ...options, algorithms });
}

function callerIn(payload: JWTPayload): Verified {
  const subject = payload.sub ?? '';
  // Subjects stand in Redis keys, search attributes and logs.
  if (subject.length === 0 || subject.length > MAX_SUBJECT_LENGTH || /[\s\p{Cc}\p{Cs}]/u.test(subject)) {
    return {
      kind: 'invalid',
      reason: `The subject must have 1 to ${MAX_SUBJECT_LENGTH} characters and no white space.`,
    };
  }
  const role = payload['role'] ?? 'buyer';
  if (role !== 'buyer' && role !== 'operator') return { kind: 'invalid', reason: 'The role is not known.' };
  return { kind: 'valid', caller: { subject, role } };
}

function refusal(error: unknown): Verified {
  if (error instanceof errors.JWTExpired) return { kind: 'invalid', reason: 'The token has expired.' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { kind: 'invalid', reason: `The claim ${error.claim} is missing or wrong.` };
  }
  const keysAreAway =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    // What jose says of an issuer that answers with another status than 200, and what fetch says of none at all.
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC') ||
    error instanceof TypeError;
  if (keysAreAway) return { kind: 'unavailable', reason: "The token issuer's keys cannot be fetched at the moment." };
  return { kind: 'invalid', reason: 'The token is not valid.' };
}
