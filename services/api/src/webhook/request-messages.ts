import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf } from '../http/context.js';
import { json, jsonContent, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { replayBody, replayView, testMessageView } from './schema.js';

/** Sends messages again, with the same `webhook-id`. */
export function replayWebhooks(deps: Pick<Database, 'replayWebhooks'>): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/webhooks/{id}/replay',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Replay messages to an endpoint',
      description:
        'Sends one message again, or those of a period that have one of its types, delivered or not, with the same ' +
        '`webhook-id`. Messages are kept for 30 days. At most 10000 at once: `next` says where to continue.',
      request: { params: uuidParams, body: { required: true, content: jsonContent(replayBody) } },
      responses: { 202: json('They are sent.', replayView) },
    },
    problems: ['unknown-webhook', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      const body = await readJsonBody(c, replayBody);
      if (!body.ok) return answerProblem(c, body.problem);
      if (id === null) return answerProblem(c, problem('unknown-webhook'));
      const { value } = body;
      const selection = 'messageId' in value ? value : { from: value.from, to: value.to ?? new Date().toISOString() };
      const replay = await deps.replayWebhooks(id, selection, actorOf(c));
      return replay ? answer(c, 202, replay) : answerProblem(c, problem('unknown-webhook'));
    },
  };
}

/** Sends a message of the type `webhook.test`; the log of attempts has the result. */
export function sendTestWebhook(deps: Pick<Database, 'findWebhookEndpoint' | 'writeTestWebhook'>): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/webhooks/{id}/test',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Send a test message',
      description: 'Sends a message of the type `webhook.test`. The log of attempts shows how it was answered.',
      request: { params: uuidParams },
      responses: { 202: json('It is sent.', testMessageView) },
    },
    problems: ['unknown-webhook', 'webhook-refused', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      if (id === null || !(await deps.findWebhookEndpoint(id))) return answerProblem(c, problem('unknown-webhook'));
      const messageId = await deps.writeTestWebhook(id, actorOf(c));
      if (messageId !== null) return answer(c, 202, { messageId });
      return answerProblem(c, problem('webhook-refused', { detail: 'The endpoint is disabled. Enable it first.' }));
    },
  };
}
