import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

/** A new private key of tickets' codes, as the configuration has it. */
export const newTicketKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** The public half of a key, as the configuration has it once the key is retired. */
export const retired = (key: string): string =>
  createPublicKey(createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }))
    .export({ format: 'der', type: 'spki' })
    .toString('base64');
