import { randomUUID } from 'node:crypto';
import { fingerprintOf, webhookEndpointIdOf } from '@box-office/contract/derive';
import { MAX_WEBHOOK_ENDPOINTS } from '@box-office/database';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf, callerOf } from '../http/context.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { readOptionalIdempotencyKey, REPLAYED } from '../idempotency/idempotency-key.js';
import { endpointWithSecretView, keyHeader, newEndpointBody } from './schema.js';
import { newSealedSecret, notConfigured, withSecret, type WebhookSettings } from './webhook-settings.js';

/** Registers an endpoint of an integrator. Its secret is in this answer, and in that of a repeat, alone. */
export function registerWebhookEndpoint(
  deps: Pick<Database, 'registerWebhookEndpoint'> & { readonly webhooks: WebhookSettings },
): Endpoint {
  const { encryptionKey, allowLoopback } = deps.webhooks;
  const schema = newEndpointBody(allowLoopback);
  return {
    method: 'post',
    path: '/api/operations/webhooks',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Register an endpoint',
      description:
        'From now on messages of these types are sent there, as Standard Webhooks describes. The `secret` signs them; it ' +
        'is shown this once. With an `Idempotency-Key` the request can be repeated: one endpoint is registered, and the ' +
        'answer has its secret again while that is in use. Once the endpoint is deleted, a repeat is refused.',
      request: { headers: keyHeader, body: { required: true, content: jsonContent(schema) } },
      responses: { 201: json('Registered. `Location` leads to it.', endpointWithSecretView) },
    },
    problems: ['invalid-idempotency-key', 'webhook-refused', ...BODY_PROBLEMS, 'idempotency-key-reused', 'unavailable'],
    async handle(c) {
      const key = readOptionalIdempotencyKey(c);
      if (key?.ok === false) return answerProblem(c, key.problem);
      const body = await readJsonBody(c, schema);
      if (!body.ok) return answerProblem(c, body.problem);
      if (!encryptionKey) return answerProblem(c, notConfigured);
      const { subject } = callerOf(c);
      const endpointId = key ? webhookEndpointIdOf(subject, key.value) : randomUUID();
      const sealedSecret = newSealedSecret(encryptionKey, endpointId);
      const request = key && {
        secretId: endpointId,
        fingerprint: fingerprintOf([body.value]),
      };
      const endpoint = { endpointId, ...body.value, sealedSecret, ...request };
      const registered = await deps.registerWebhookEndpoint(endpoint, actorOf(c));
      if (registered.kind === 'other_request') {
        const detail = 'This key belongs to another endpoint. Use a new key for a new endpoint.';
        return answerProblem(c, problem('idempotency-key-reused', { detail }));
      }
      if (registered.kind === 'deleted') {
        const detail = 'The endpoint that this key registered was deleted. Use a new key for a new endpoint.';
        return answerProblem(c, problem('idempotency-key-reused', { detail }));
      }
      if (registered.kind === 'too_many') {
        const detail = `There are ${MAX_WEBHOOK_ENDPOINTS} endpoints, and no more are possible. Delete one first.`;
        return answerProblem(c, problem('webhook-refused', { detail }));
      }
      const location = { Location: `/api/operations/webhooks/${endpointId}` };
      return answer(c, 201, withSecret(encryptionKey, registered), {
        ...location,
        ...(registered.kind === 'known' && REPLAYED),
      });
    },
  };
}
