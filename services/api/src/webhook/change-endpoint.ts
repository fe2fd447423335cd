import { webhookSecretIdOf } from '@box-office/contract/derive';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf, callerOf } from '../http/context.js';
import { json, jsonContent, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody, readOptionalJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { readOptionalIdempotencyKey, REPLAYED } from '../idempotency/idempotency-key.js';
import {
  deletedView,
  endpointChangesBody,
  endpointView,
  endpointWithSecretView,
  keyHeader,
  rotationBody,
} from './schema.js';
import { newSealedSecret, notConfigured, withSecret, type WebhookSettings } from './webhook-settings.js';

/** Changes address, types or status. Enabling closes the finding that the disabling has left. */
export function changeWebhookEndpoint(
  deps: Pick<Database, 'changeWebhookEndpoint' | 'closeWebhookFinding'> & { readonly webhooks: WebhookSettings },
): Endpoint {
  const schema = endpointChangesBody(deps.webhooks.allowLoopback);
  return {
    method: 'patch',
    path: '/api/operations/webhooks/{id}',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Change an endpoint',
      description:
        'Changes the fields that the body names. To a disabled endpoint nothing is sent; what is written meanwhile can be ' +
        'replayed once it is enabled.',
      request: { params: uuidParams, body: { required: true, content: jsonContent(schema) } },
      responses: { 200: json('Changed.', endpointView) },
    },
    problems: ['unknown-webhook', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      const body = await readJsonBody(c, schema);
      if (!body.ok) return answerProblem(c, body.problem);
      const actor = actorOf(c);
      const changed = id === null ? null : await deps.changeWebhookEndpoint(id, body.value, actor);
      if (id === null || !changed) return answerProblem(c, problem('unknown-webhook'));
      if (body.value.status === 'enabled')
        await deps.closeWebhookFinding(id, `${actor.by.name} has enabled the endpoint.`);
      return answer(c, 200, changed);
    },
  };
}

/** Deletes an endpoint with what waits for it and its log. */
export function deleteWebhookEndpoint(deps: Pick<Database, 'deleteWebhookEndpoint' | 'closeWebhookFinding'>): Endpoint {
  return {
    method: 'delete',
    path: '/api/operations/webhooks/{id}',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Delete an endpoint',
      description: 'Nothing more is sent to it. Its log is deleted as well.',
      request: { params: uuidParams },
      responses: { 200: json('Deleted.', deletedView) },
    },
    problems: ['unknown-webhook', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      if (id === null) return answerProblem(c, problem('unknown-webhook'));
      const actor = actorOf(c);
      const deleted = await deps.deleteWebhookEndpoint(id, actor);
      // Also if it is gone: an earlier request may have failed after it had deleted the endpoint.
      await deps.closeWebhookFinding(id, `${actor.by.name} has deleted the endpoint.`);
      return deleted ? answer(c, 200, { endpointId: id }) : answerProblem(c, problem('unknown-webhook'));
    },
  };
}

/** Adds a secret; the previous ones sign for a while as well, so that the integrator can change over. */
export function rotateWebhookSecret(
  deps: Pick<Database, 'rotateWebhookSecret'> & { readonly webhooks: WebhookSettings },
): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/webhooks/{id}/rotate-secret',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Rotate the secret of an endpoint',
      description:
        'Messages are signed with the new secret, and with the previous ones until they expire. The new secret is shown ' +
        'this once. With an `Idempotency-Key` the request can be repeated: one secret is added, and the answer has it again ' +
        'while it is in use.',
      request: {
        params: uuidParams,
        headers: keyHeader,
        body: { required: false, content: jsonContent(rotationBody) },
      },
      responses: { 200: json('The endpoint with its new secret.', endpointWithSecretView) },
    },
    problems: ['invalid-idempotency-key', 'unknown-webhook', 'webhook-refused', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      const key = readOptionalIdempotencyKey(c);
      if (key?.ok === false) return answerProblem(c, key.problem);
      const body = await readOptionalJsonBody(c, rotationBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const { encryptionKey } = deps.webhooks;
      if (!encryptionKey) return answerProblem(c, notConfigured);
      if (id === null) return answerProblem(c, problem('unknown-webhook'));
      const sealedSecret = newSealedSecret(encryptionKey, id);
      const { previousValidS } = body.value;
      const secretId = key && webhookSecretIdOf(id, { operator: callerOf(c).subject, key: key.value, previousValidS });
      const rotated = await deps.rotateWebhookSecret(id, { secretId, sealedSecret, previousValidS }, actorOf(c));
      if (!rotated) return answerProblem(c, problem('unknown-webhook'));
      return answer(c, 200, withSecret(encryptionKey, rotated), rotated.kind === 'known' ? REPLAYED : {});
    },
  };
}
