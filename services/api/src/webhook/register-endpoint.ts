import { randomUUID } from 'node:crypto';
import { MAX_WEBHOOK_ENDPOINTS } from '@box-office/database';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { operatorOf } from '../http/context.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { endpointWithSecretView, newEndpointBody } from './schema.js';
import { newSecret, notConfigured, type WebhookSettings } from './webhook-settings.js';

/** Registers an endpoint of an integrator. Its secret is in this answer alone. */
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
        'is shown this once.',
      request: { body: { required: true, content: jsonContent(schema) } },
      responses: { 201: json('Registered. `Location` leads to it.', endpointWithSecretView) },
    },
    problems: ['webhook-refused', 'payload-too-large', 'unsupported-media-type', 'invalid-request', 'unavailable'],
    async handle(c) {
      const body = await readJsonBody(c, schema);
      if (!body.ok) return answerProblem(c, body.problem);
      if (!encryptionKey) return answerProblem(c, notConfigured);
      const endpointId = randomUUID();
      const { secret, sealedSecret } = newSecret(encryptionKey, endpointId);
      const actor = { by: operatorOf(c), requestId: c.get('requestId') };
      const registered = await deps.registerWebhookEndpoint({ endpointId, ...body.value, sealedSecret }, actor);
      if (!registered) {
        const detail = `There are ${MAX_WEBHOOK_ENDPOINTS} endpoints, and no more are possible. Delete one first.`;
        return answerProblem(c, problem('webhook-refused', { detail }));
      }
      return answer(c, 201, { ...registered, secret }, { Location: `/api/operations/webhooks/${endpointId}` });
    },
  };
}
