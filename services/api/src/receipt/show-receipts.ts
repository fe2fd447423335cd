import { RECEIPT_LINE_KINDS } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, uuidParams, type Endpoint } from '../http/endpoint.js';
import { problem } from '../http/problems.js';
import { currency, eventId, instant, ticketTypeName } from '../http/schemas.js';
import { ownPurchase } from '../purchase/own-purchase.js';
import type { LookUpPurchase } from '../purchase/purchase-lookup.js';

const amount = z.int().openapi({ description: 'In minor units; negative on a correction.', example: 4_500 });
const amounts = { netMinor: amount, taxMinor: amount, grossMinor: amount };

const receipt = z
  .object({
    number: z.string().openapi({ description: 'Consecutive within its series.', example: 'R-000042' }),
    kind: z
      .enum(['receipt', 'correction'])
      .openapi({ description: '`correction`: of a receipt, because of a cancellation.' }),
    corrects: z.string().nullable().openapi({ description: 'Number of the receipt that a correction corrects.' }),
    purchaseId: z.uuid(),
    transactionId: z.string(),
    cancellationId: z.uuid().nullable(),
    seller: z.object({ name: z.string(), address: z.array(z.string()), vatId: z.string().nullable() }),
    event: z.object({ eventId, name: z.string(), venue: z.string(), startsAt: instant, timeZone: z.string() }),
    currency,
    lines: z.array(
      z.object({
        kind: z.enum(RECEIPT_LINE_KINDS),
        ticketType: ticketTypeName.nullable().openapi({ description: 'Null: the fee of the purchase.' }),
        quantity: z.int(),
        taxRatePpm: z.int().openapi({ description: 'Tax rate in millionths: 70000 is 7 %.' }),
        ...amounts,
      }),
    ),
    ...amounts,
    suppliedAt: instant.openapi({ description: 'When the purchase was confirmed, or the cancellation was done.' }),
    issuedAt: instant,
  })
  .openapi('Receipt');

/** The receipt of a purchase and its corrections, for its buyer and for operators. */
export function showReceipts(deps: Pick<Database, 'findReceipts'> & { readonly lookUp: LookUpPurchase }): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}/receipts',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show the receipts of a purchase',
      description:
        'The receipt of a purchase that was paid, and a correction for each cancellation that refunds something. They ' +
        'are issued some moments after the purchase, and never change. None where no seller is configured.',
      request: { params: uuidParams },
      responses: {
        200: json('The receipts, the first one first.', z.object({ receipts: z.array(receipt) }).openapi('Receipts')),
      },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const purchase = await ownPurchase(c, deps.lookUp);
      if (purchase === null) return answerProblem(c, problem('unknown-purchase'));
      return answer(c, 200, { receipts: await deps.findReceipts(purchase.purchaseId) });
    },
  };
}
