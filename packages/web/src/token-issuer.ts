import { createPrivateKey, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';

const ALGORITHM = 'EdDSA';
const LIFETIME_S = 900;
/** A token is used for so long, so that one on its way never expires. */
const KEPT_MS = (LIFETIME_S - 120) * 1_000;
const MAX_KEPT = 10_000;

/** What a token says besides its subject. */
interface TokenClaims {
  readonly role: 'buyer' | 'door' | 'shop';
  /** For the role `door`: the events that it may admit for. */
  readonly events?: readonly string[];
}

/** Issues tokens for the gateway, which trusts the key for the roles that it is told, and no other. */
export interface TokenIssuer {
  tokenOf(subject: string, claims: TokenClaims): Promise<string>;
  /** The public key, as JSON Web Key Set. */
  readonly keySet: { readonly keys: readonly object[] };
}

/** @param o.key Ed25519, PKCS #8, DER, in Base64 */
export async function createTokenIssuer(o: { key: string; issuer: string; audience: string }): Promise<TokenIssuer> {
  const key = createPrivateKey({ key: Buffer.from(o.key, 'base64'), format: 'der', type: 'pkcs8' });
  const published = await exportJWK(createPublicKey(key));
  const kid = await calculateJwkThumbprint(published);
  const kept = new LRUCache<string, Promise<string>>({ max: MAX_KEPT, ttl: KEPT_MS });

  const sign = (subject: string, claims: TokenClaims): Promise<string> =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid })
      .setIssuer(o.issuer)
      .setAudience(o.audience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_S} s`)
      .sign(key);

  return {
    keySet: { keys: [{ ...published, kid, alg: ALGORITHM, use: 'sig' }] },
    tokenOf(subject, claims) {
      const name = JSON.stringify([subject, claims]);
      const known = kept.get(name);
      if (known !== undefined) return known;
      const token = sign(subject, claims);
      kept.set(name, token);
      return token;
    },
  };
}
