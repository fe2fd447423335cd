import { createHmac } from 'node:crypto';
import type { DueWebhook } from '@box-office/database';

const SECRET_PREFIX = 'whsec_';

/** A message as it is sent: https://www.standardwebhooks.com, signature scheme v1. */
interface SignedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * @param secrets `whsec_` and a key in base64; there is one signature for each
 * @param atMs of this attempt: an integrator refuses what is too old
 */
export function signedMessage(message: DueWebhook, secrets: readonly string[], atMs: number): SignedMessage {
  const { messageId, type, apiVersion, createdAt, payload } = message;
  const body = JSON.stringify({ type, timestamp: createdAt, apiVersion, data: payload });
  const timestamp = String(Math.floor(atMs / 1_000));
  const signed = `${messageId}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'BoxOffice-Webhooks/1',
      'webhook-id': messageId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    },
  };
}
