import { PURCHASE_STATUSES } from '@box-office/contract';
import { transactionModel } from '@box-office/inventory-sync';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor } from '../http/context.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { pathParameter, type Endpoint } from '../http/endpoint.js';
import { amountMinor, currency, eventId, heldTicket, instant, refundAmounts, userId } from '../http/schemas.js';

/** 26 characters of Crockford base 32, as the contract derives them. */
const ID = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);

const transactionView = z
  .object({
    transactionId: z.string(),
    purchaseId: z.uuid(),
    userId,
    eventId,
    status: z.enum(PURCHASE_STATUSES),
    amountMinor: amountMinor.openapi({ description: 'What was paid for it in all.' }),
    currency,
    ...refundAmounts,
    tickets: z.array(heldTicket).openapi({ description: 'Those that are not cancelled yet.' }),
    updatedAt: instant,
  })
  .openapi('Transaction');

/** The transaction of a purchase, for its buyer and for operators, as PostgreSQL has it. */
export function showTransaction(deps: Pick<Database, 'findTransaction'>): Endpoint {
  return {
    method: 'get',
    path: '/api/transactions/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show a transaction',
      request: { params: z.object({ id: ID }) },
      responses: {
        200: {
          description: 'The transaction.',
          content: { 'application/json': { schema: transactionView } },
        },
      },
    },
    problems: ['unknown-transaction', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const row = ID.safeParse(id).success ? await deps.findTransaction(id) : null;
      if (row === null || !mayActFor(callerOf(c), row.userId)) return answerProblem(c, problem('unknown-transaction'));
      c.set('purchaseId', row.purchaseId);
      const { version: _, ...view } = transactionModel(row);
      return answer(c, 200, view);
    },
  };
}
