import { RESOLVE_ACTIONS } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { operatorOf } from '../http/context.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import type { Resolution } from './decision.js';
import type { Resolve } from './resolution.js';
import { problem, unavailable, type Problem } from '../http/problems.js';
import { json, jsonContent, uuidParams, type Endpoint } from '../http/endpoint.js';
import { optionalKeyHeader, readOptionalIdempotencyKey } from '../idempotency/idempotency-key.js';
import { longText, paymentMethod } from '../http/schemas.js';
import { readPurchaseId } from '../purchase/purchase-id.js';

const action = z.enum(RESOLVE_ACTIONS);

const body = z
  .strictObject({
    action: action.openapi({
      description:
        '`retry`: try the step again at once. `skip`: continue without it. `correct`: pay with another method. `compensate`: ' +
        'undo the purchase.',
    }),
    reason: longText(500, { min: 1 }).openapi({ example: 'The provider has fixed the fault.' }),
    paymentMethod: paymentMethod.optional().openapi({ description: 'With `correct` only: the method to pay with.' }),
  })
  .superRefine((decision, context) => {
    const path = ['paymentMethod'];
    if (decision.action === 'correct' && decision.paymentMethod === undefined) {
      context.addIssue({ code: 'custom', path, message: 'Name the payment method to use.' });
    } else if (decision.action !== 'correct' && decision.paymentMethod !== undefined) {
      context.addIssue({ code: 'custom', path, message: `It has no meaning with ${decision.action}.` });
    }
  })
  .openapi('Resolution');

const keyHeader = optionalKeyHeader(
  'Any text of your own, new for each decision: a repeat with it decides nothing again.',
);

const view = z
  .object({
    purchaseId: z.uuid(),
    step: z.string().openapi({ example: 'authorise' }),
    action,
    next: z.string().openapi({
      description: 'What happens next, and whether another decision may be needed.',
      example: 'The step is tried again at once. If it still fails, you are asked again.',
    }),
  })
  .openapi('Resolved');

/** Decides about a purchase with a step that keeps failing. */
export function resolvePurchase(deps: { readonly resolve: Resolve }): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/purchases/{id}/resolve',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Decide about a purchase that is stuck',
      description:
        'Decides about the step of the purchase, or of its cancellation, that keeps failing. The decision is recorded in ' +
        "the audit log with the token's subject and the reason, and takes effect at once. `retry` can be decided at any time; " +
        'anything else only once the step is marked as stuck (it is among those of `GET /api/operations/attention`), because ' +
        'a step that is still being tried may be about to succeed: 409 `nothing-to-resolve` before.',
      request: {
        params: uuidParams,
        headers: keyHeader,
        body: { required: true, content: jsonContent(body) },
      },
      responses: { 200: json('Decided and recorded.', view) },
    },
    problems: [
      'invalid-idempotency-key',
      'unknown-purchase',
      'nothing-to-resolve',
      'resolution-refused',
      ...BODY_PROBLEMS,
      'idempotency-key-reused',
      'unavailable',
    ],
    async handle(c) {
      const purchaseId = readPurchaseId(c);
      if (purchaseId === null) return answerProblem(c, problem('unknown-purchase'));
      const key = readOptionalIdempotencyKey(c);
      if (key?.ok === false) return answerProblem(c, key.problem);
      const decision = await readJsonBody(c, body);
      if (!decision.ok) return answerProblem(c, decision.problem);
      const { action: wanted, reason, paymentMethod: method } = decision.value;
      const { name: operator, channel } = operatorOf(c);
      const resolution = await deps.resolve({
        purchaseId,
        reason,
        action: wanted,
        operator,
        channel,
        ...(method !== undefined && { paymentMethod: method }),
        ...(key !== undefined && { idempotencyKey: key.value }),
      });
      if (resolution.kind !== 'resolved') return answerProblem(c, problemOf(resolution));
      const { step, action: decided, next } = resolution;
      return answer(c, 200, { purchaseId, step, action: decided, next });
    },
  };
}

function problemOf(resolution: Exclude<Resolution, { kind: 'resolved' }>): Problem {
  switch (resolution.kind) {
    case 'unknown_purchase':
      return problem('unknown-purchase');
    case 'nothing_stuck':
      return problem('nothing-to-resolve');
    case 'refused':
      return problem('resolution-refused', { detail: resolution.reason });
    case 'key_reused':
      return problem('idempotency-key-reused', {
        detail: 'This key belongs to a different decision. Use a new key for a new decision.',
      });
    case 'unavailable':
      return unavailable(
        'The decision was not confirmed and may still be carried out. Repeat it with the same idempotency key.',
      );
  }
}
