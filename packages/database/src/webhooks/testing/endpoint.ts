import { randomUUID } from 'node:crypto';
import { WEBHOOK_TYPES, type WebhookType } from '@box-office/contract';
import type pg from 'pg';
import { registerWebhookEndpoint, type WebhookActor } from '../change-endpoint.js';

export const ACTOR: WebhookActor = { by: { name: 'olga', verified: true, channel: 'api' }, requestId: 'request' };

/** Registers an endpoint of these types, or of all. @returns its id */
export async function registered(pool: pg.Pool, types: readonly WebhookType[] = WEBHOOK_TYPES): Promise<string> {
  const endpointId = randomUUID();
  const endpoint = { endpointId, url: 'https://hooks.example/a', types, sealedSecret: Buffer.from('sealed') };
  const { kind } = await registerWebhookEndpoint(pool, endpoint, ACTOR);
  if (kind !== 'registered') throw new Error(kind);
  return endpointId;
}
