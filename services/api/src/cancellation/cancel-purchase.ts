import { MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { Cancel, CancelReply } from './request-cancellation.js';
import { callerOf, operatorOf, type GatewayContext } from '../http/context.js';
import { BODY_PROBLEMS, readOptionalJsonBody } from '../http/middleware/json-body.js';
import { problem, unavailable } from '../http/problems.js';
import {
  cancellationUrl,
  cancellationView,
  problemOfRefusal,
  RETRY_S,
  viewOfCancellation,
  type CancellationView,
} from './view.js';
import { json, jsonContent, uuidParams, type Endpoint } from '../http/endpoint.js';
import { amountMinor, longText } from '../http/schemas.js';
import { readPurchaseId } from '../purchase/purchase-id.js';

const cancelBody = z
  .strictObject({
    tickets: z
      .array(z.uuid().transform((id) => id.toLowerCase()))
      .min(1)
      .max(MAX_TICKETS_PER_PURCHASE)
      .transform((ids) => [...new Set(ids)].sort())
      .optional()
      .openapi({
        description: 'Ids of the tickets to cancel; all remaining tickets of the purchase if it is left out.',
      }),
    reason: longText(500).optional().openapi({ example: 'I cannot come.' }),
    expectedRefundMinor: amountMinor.optional().openapi({
      description: 'What `GET …/refund` has shown: if another amount would be refunded, nothing is cancelled.',
    }),
    returnedBy: z
      .string()
      .regex(/^\w{1,255}$/)
      .optional()
      .openapi({
        description:
          'For operators: the id of the refund or dispute by which the money went back to the buyer at the payment ' +
          'provider. The tickets are cancelled, and nothing is refunded again.',
        example: 're_3MmlLrLkdIwHu7ix0fKTyVlL',
      }),
  })
  .openapi('CancellationRequest');

/** Cancels a purchase or some of its tickets and refunds them. Repeating it cancels and refunds once. */
export function cancelPurchase(deps: { cancel: Cancel }): Endpoint {
  return {
    method: 'post',
    path: '/api/purchases/{id}/cancel',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Cancel a purchase or some of its tickets',
      description:
        "Refunds the tickets by the event's refund rules (`GET …/refund` shows the amount first) and returns their capacity. " +
        "Buyers may do so until the event's `cancellableUntil`, " +
        'operators at any time. The same request is the same cancellation, however often it is sent; it needs no key. A ' +
        'purchase that is still open is stopped. The body may be left out.',
      request: {
        params: uuidParams,
        body: { required: false, content: jsonContent(cancelBody) },
      },
      responses: {
        200: json(
          'Done: the payment provider has confirmed the refund and the tickets are cancelled.',
          cancellationView,
        ),
        202: json(
          'The cancellation is in progress and will be completed. Ask at `Location` after the time in `Retry-After`.',
          cancellationView,
        ),
      },
    },
    problems: [
      'forbidden',
      'unknown-purchase',
      'cancellation-too-late',
      'nothing-to-cancel',
      'ticket-admitted',
      'ticket-transferred',
      'purchase-open',
      'refund-changed',
      'already-refunding',
      ...BODY_PROBLEMS,
      'unknown-ticket',
      'unavailable',
    ],
    async handle(c) {
      const purchaseId = readPurchaseId(c);
      if (purchaseId === null) return answerProblem(c, problem('unknown-purchase'));
      const body = await readOptionalJsonBody(c, cancelBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const { tickets = null, reason = '', returnedBy, expectedRefundMinor } = body.value;
      const [caller, requestId] = [callerOf(c), c.get('requestId')];
      if (returnedBy !== undefined && caller.role !== 'operator') {
        return answerProblem(
          c,
          problem('forbidden', { detail: 'Only an operator may say by what the money went back.' }),
        );
      }
      const by = caller.role === 'operator' ? { channel: operatorOf(c).channel } : {};
      const said = {
        ...(returnedBy && { returnedBy }),
        ...(expectedRefundMinor !== undefined && { expectedRefundMinor }),
      };
      const selection = { purchaseId, tickets, reason, caller, requestId, ...by, ...said };
      return answerCancel(c, purchaseId, await deps.cancel(selection));
    },
  };
}

function answerCancel(c: GatewayContext, purchaseId: string, reply: CancelReply): Response {
  switch (reply.kind) {
    case 'cancellation': {
      const view = viewOfCancellation(reply.cancellation);
      return view.status === 'cancelled' ? answer(c, 200, view) : accepted(c, view);
    }
    case 'requested':
      return accepted(c, { cancellationId: reply.cancellationId, purchaseId, status: 'requested' });
    case 'refused':
      return answerProblem(c, problemOfRefusal(reply.refusal));
    case 'unavailable':
      return answerProblem(
        c,
        unavailable('It is not known whether the cancellation has begun. It refunds once. Repeat the request.'),
      );
  }
}

function accepted(c: GatewayContext, view: CancellationView): Response {
  const headers = { Location: cancellationUrl(view.cancellationId), 'Retry-After': String(RETRY_S) };
  return answer(c, 202, view, headers);
}
