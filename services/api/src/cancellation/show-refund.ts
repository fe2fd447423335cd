import { MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import { whyNotCancellable } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor } from '../http/context.js';
import { json, uuidParams, type Endpoint } from '../http/endpoint.js';
import { readQuery } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { amountMinor, currency, ticket } from '../http/schemas.js';
import { readPurchaseId } from '../purchase/purchase-id.js';
import type { LookUpPurchase } from '../purchase/purchase-lookup.js';
import { refusalFromRow, tooLate } from './cancellation-refusal.js';
import { problemOfRefusal } from './view.js';

const query = z.object({
  tickets: z
    .string()
    .transform((text) => [...new Set(text.toLowerCase().split(','))])
    .pipe(z.array(z.uuid()).max(MAX_TICKETS_PER_PURCHASE))
    .optional()
    .openapi({
      type: 'string',
      description: 'Ids of tickets, with commas between them; all remaining tickets of the purchase if it is left out.',
      example: undefined,
    }),
});

const view = z
  .object({
    purchaseId: z.uuid(),
    tickets: z.array(
      ticket.extend({
        priceMinor: amountMinor,
        withheldMinor: amountMinor.openapi({ description: 'What the refund rules keep of its price.' }),
      }),
    ),
    pricesMinor: amountMinor.openapi({ description: 'The prices of these tickets.' }),
    withheldMinor: amountMinor.openapi({ description: 'What the refund rules keep of them.' }),
    returnedFeesMinor: amountMinor.openapi({ description: 'Fees that are refunded as well.' }),
    keptFeesMinor: amountMinor.openapi({ description: 'Fees of what is cancelled that are not refunded.' }),
    refundMinor: amountMinor.openapi({
      description:
        'What would be refunded: prices, without what is withheld, and returned fees. Send it as ' +
        '`expectedRefundMinor` with the cancellation.',
    }),
    currency,
  })
  .openapi('Refund');

/** What a cancellation would refund to its caller now, by the event's rules. Changes nothing. */
export function showRefund(
  deps: Pick<Database, 'findEvent' | 'readRefund'> & { readonly lookUp: LookUpPurchase },
): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}/refund',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show what a cancellation would refund',
      description:
        "What the caller would get back for these tickets at this moment, by the event's refund rules. They hold for " +
        'buyers; an operator returns everything.',
      request: { params: uuidParams, query },
      responses: { 200: json('What would be refunded.', view) },
    },
    problems: [
      'unknown-purchase',
      'cancellation-too-late',
      'nothing-to-cancel',
      'ticket-admitted',
      'ticket-transferred',
      'purchase-open',
      'unknown-ticket',
      'invalid-request',
      'unavailable',
    ],
    async handle(c) {
      const id = readPurchaseId(c);
      if (id === null) return answerProblem(c, problem('unknown-purchase'));
      const parsed = readQuery(c, query);
      if (!parsed.ok) return answerProblem(c, parsed.problem);
      const [row, caller] = [await deps.lookUp(id), callerOf(c)];
      if (row === undefined || !mayActFor(caller, row.userId)) return answerProblem(c, problem('unknown-purchase'));
      const selection = { purchaseId: id, tickets: parsed.value.tickets ?? null };
      const byOperator = caller.role === 'operator';
      const request = { ...selection, byOperator, eventId: row.eventId, requestedAt: new Date().toISOString() };
      const refusal = row.outcome === null ? { reason: 'purchase_open' as const } : refusalFromRow(selection, row);
      const why = refusal ?? (await tooLate(deps.findEvent, request));
      if (why !== null) return answerProblem(c, problemOfRefusal(why));
      const refund = await deps.readRefund(request);
      const refused = whyNotCancellable(request, refund);
      if (refused !== null) return answerProblem(c, problemOfRefusal(refused));
      const { amountMinor: refundMinor, feeIds: _, tickets, ...amounts } = refund;
      const shown = tickets.map(({ id: ticketId, ticketType, serial, priceMinor, withheldMinor }) => ({
        ticketId,
        ticketType,
        serial,
        priceMinor,
        withheldMinor,
      }));
      return answer(c, 200, { purchaseId: id, tickets: shown, ...amounts, refundMinor });
    },
  };
}
