import { LRUCache } from 'lru-cache';
import { createPublishedKeyCheck } from './published-keys.js';
import { createSecretCheck } from './shared-secret.js';
import { CLOCK_TOLERANCE_S, invalid, type Claims, type Signed, type Verified } from './token.js';

const MAX_TOKEN_LENGTH = 4_096;
const MAX_SUBJECT_LENGTH = 128;
/** Verified tokens kept: some 10 MB at most. */
const MAX_CACHED_TOKENS = 10_000;
/** A verified token is looked at again after this time, so that a withdrawn signing key takes effect. */
const MAX_CACHED_MS = 5 * 60_000;

/** A shared secret (HS256; local stacks and tests) or the issuer's published keys (production). */
export type KeySource = { readonly secret: string } | { readonly jwksUrl: URL };

/** Synchronous unless a published key is needed for it. */
export type VerifyToken = (token: string) => Verified | Promise<Verified>;

/**
 * Verifies bearer tokens: signature, `exp` (required), `nbf`, `iss` if one is configured, `sub`, and `role`, which is
 * `buyer` unless it says `operator`. The algorithms are fixed by the kind of key, never taken from the token.
 */
export function createTokenVerifier(o: { keys: KeySource; issuer?: string }): VerifyToken {
  const verified = new LRUCache<string, { result: Verified; untilMs: number }>({ max: MAX_CACHED_TOKENS });
  const check =
    'secret' in o.keys ? createSecretCheck(o.keys.secret, o.issuer) : createPublishedKeyCheck(o.keys.jwksUrl, o.issuer);

  function keep(token: string, signed: Signed): Verified {
    if (signed.kind !== 'signed') return signed;
    const result = callerIn(signed.claims);
    // Refusals are not kept: a stranger could push the tokens of buyers out of the cache with them.
    if (result.kind === 'valid') {
      const expiresMs = (Number(signed.claims.exp) + CLOCK_TOLERANCE_S) * 1_000;
      verified.set(token, { result, untilMs: Math.min(expiresMs, Date.now() + MAX_CACHED_MS) });
    }
    return result;
  }

  return (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return invalid('The token is too long.');
    const known = verified.get(token);
    if (known !== undefined && known.untilMs > Date.now()) return known.result;
    const signed = check(token);
    return signed instanceof Promise ? signed.then((was) => keep(token, was)) : keep(token, signed);
  };
}

function callerIn({ sub, role: said }: Claims): Verified {
  const role = said ?? 'buyer';
  // Subjects stand in Redis keys, search attributes and logs.
  if (typeof sub !== 'string' || !sub || sub.length > MAX_SUBJECT_LENGTH || /[\s\p{Cc}\p{Cs}]/u.test(sub)) {
    return invalid(`The subject must have 1 to ${MAX_SUBJECT_LENGTH} characters and no white space.`);
  }
  if (role !== 'buyer' && role !== 'operator') return invalid('The role is not known.');
  return { kind: 'valid', caller: { subject: sub, role } };
}
