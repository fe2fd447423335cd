import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { callerOfToken, type TokenRules } from './claims.js';
import { createSignatureCheck, type KeySource } from './signature.js';
import { CLOCK_TOLERANCE_S, invalid, type Signed, type Verified } from './token.js';

const MAX_TOKEN_LENGTH = 4_096;
/** Verified tokens kept: some 3 MB at most. */
const MAX_CACHED_TOKENS = 10_000;
/** A verified token is checked again after this time, so that a withdrawn signing key takes effect. */
const MAX_CACHED_MS = 5 * 60_000;

/** An issuer whose tokens the gateway accepts, confined to its own audience, keys, lifetime and roles. */
export type TrustedIssuer = TokenRules & { readonly keys: KeySource };

/** Synchronous for a token that was verified before. */
export type VerifyToken = (token: string) => Verified | Promise<Verified>;

/**
 * Verifies bearer tokens: signature, `typ`, `exp`, `iat` and the time between them, `nbf`, `iss`, `aud`, `sub`, and
 * `role`: `buyer` (the default), `operator`, `door` or `shop`. The algorithms are fixed by the kind of key, never taken from the
 * token. With several issuers, `iss` selects the one whose keys and rules the token must satisfy.
 */
export function createTokenVerifier(first: TrustedIssuer, ...others: readonly TrustedIssuer[]): VerifyToken {
  // By hash, so that a dump of this process's memory has no usable token.
  const verified = new LRUCache<string, { result: Verified; untilMs: number }>({ max: MAX_CACHED_TOKENS });
  const withCheck = (rules: TrustedIssuer) => ({ rules, check: createSignatureCheck(rules.keys) });
  const primary = withCheck(first);
  const secondary = others.map(withCheck);

  function keep(token: string, hash: string, signed: Signed, rules: TokenRules): Verified {
    if (signed.kind !== 'signed') return signed;
    const result = callerOfToken(token, signed.claims, rules);
    // Refusals are not cached: a client could evict the tokens of buyers with them.
    if (result.kind === 'valid') {
      const expiresMs = (Number(signed.claims.exp) + CLOCK_TOLERANCE_S) * 1_000;
      verified.set(hash, { result, untilMs: Math.min(expiresMs, Date.now() + MAX_CACHED_MS) });
    }
    return result;
  }

  return (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return invalid('The token is too long.');
    const hash = createHash('sha256').update(token).digest('base64');
    const known = verified.get(hash);
    if (known !== undefined && known.untilMs > Date.now()) return known.result;
    const named = secondary.length === 0 ? undefined : issuerNamedBy(token);
    // One that is not known is refused by the rules of the first, which require its own `iss`.
    const { check, rules } = secondary.find((one) => one.rules.issuer === named) ?? primary;
    return check(token).then((signed) => keep(token, hash, signed, rules));
  };
}

/** What the token claims, before anything about it was verified: it selects the rules, and proves nothing. */
function issuerNamedBy(token: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}
