import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { TICKET_KEY_ID_BYTES } from '@box-office/contract';
import { z } from 'zod';

/** A key pair of tickets' codes. A retired one has no private half: it verifies what it has signed, and signs no more. */
export interface TicketKey {
  /** The first bytes of the public key's SHA-256: what a code says of its key. */
  readonly id: Buffer;
  readonly publicKey: KeyObject;
  readonly privateKey?: KeyObject;
}

/**
 * Reads keys of Ed25519 in DER, in Base64: private ones (PKCS #8), or public ones (SPKI) of keys that are retired.
 *
 * @throws if one is neither
 */
export function readTicketKeys(keys: readonly string[]): readonly TicketKey[] {
  return keys.map((text) => {
    const privateKey = privateKeyIn(text);
    const publicKey =
      privateKey === undefined
        ? createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
        : createPublicKey(privateKey);
    if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('a key is not of Ed25519');
    const id = createHash('sha256').update(rawKey(publicKey), 'base64url').digest().subarray(0, TICKET_KEY_ID_BYTES);
    return { id, publicKey, ...(privateKey && { privateKey }) };
  });
}

function privateKeyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

const rawKey = (publicKey: KeyObject): string => publicKey.export({ format: 'jwk' }).x ?? '';

/** The public keys as a JSON Web Key Set. The id of a key is that of the codes, in hexadecimal. */
export const keySetOf = (keys: readonly TicketKey[]) => ({
  keys: keys.map(({ id, publicKey }) => ({
    kty: 'OKP',
    crv: 'Ed25519',
    x: rawKey(publicKey),
    kid: id.toString('hex'),
    use: 'sig',
    alg: 'EdDSA',
  })),
});

/** What is wrong with the keys of a configuration; null if nothing is. */
function faultInTicketKeys(keys: readonly string[]): string | null {
  try {
    const [first] = readTicketKeys(keys);
    return first?.privateKey === undefined ? 'the first key is the one that signs, so it is private' : null;
  } catch {
    return 'keys of Ed25519 in DER, in Base64, separated by commas';
  }
}

/** Keys in a variable of the environment, separated by commas. The first one signs; all are accepted. */
export const ticketKeysSetting = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .refine((keys) => faultInTicketKeys(keys) === null, {
    error: (issue) => faultInTicketKeys(issue.input as string[]) ?? '',
  });
