import { randomBytes } from 'node:crypto';
import type { EndpointWithSecret } from '@box-office/database';
import { openText, sealText } from '@box-office/platform';
import { problem } from '../http/problems.js';

export interface WebhookSettings {
  /** Encrypts secrets; without it no endpoint can be registered. */
  readonly encryptionKey: Buffer | undefined;
  /** For development: HTTP to the same machine is accepted. */
  readonly allowLoopback: boolean;
}

const SECRET_BYTES = 32;

/** A new secret in the form of Standard Webhooks, sealed for its endpoint. */
export function newSealedSecret(key: Buffer, endpointId: string): Buffer {
  return sealText(key, endpointId, `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`);
}

/** An endpoint as it is answered to the request that gave it its secret, while that is in use and can be opened. */
export function withSecret(key: Buffer, { endpoint, sealedSecret }: EndpointWithSecret) {
  try {
    return { ...endpoint, ...(sealedSecret && { secret: openText(key, endpoint.endpointId, sealedSecret) }) };
  } catch {
    // It was sealed under an earlier WEBHOOK_ENCRYPTION_KEY. The request has done its work all the same.
    return endpoint;
  }
}

export const notConfigured = problem('webhook-refused', {
  detail: 'Webhooks are not set up: set WEBHOOK_ENCRYPTION_KEY of the gateway and the worker. Nothing was changed.',
});
