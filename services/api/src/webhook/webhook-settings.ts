import { randomBytes } from 'node:crypto';
import { sealText } from '@box-office/platform';
import { problem } from '../http/problems.js';

export interface WebhookSettings {
  /** Encrypts secrets; without it no endpoint can be registered. */
  readonly encryptionKey: Buffer | undefined;
  /** For development: HTTP to the same machine is accepted. */
  readonly allowLoopback: boolean;
}

const SECRET_BYTES = 32;

/** A new secret in the form of Standard Webhooks, and the same sealed for its endpoint. */
export function newSecret(key: Buffer, endpointId: string): { readonly secret: string; readonly sealedSecret: Buffer } {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  return { secret, sealedSecret: sealText(key, endpointId, secret) };
}

export const notConfigured = problem('webhook-refused', {
  detail: 'Webhooks are not set up: set WEBHOOK_ENCRYPTION_KEY of the gateway and the worker. Nothing was changed.',
});
