import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { callerOf } from '../../context.js';
import { readQuery } from '../../middleware/json-body.js';
import type { PurchaseReads } from '../../ports.js';
import type { Endpoint } from '../endpoint.js';
import { filterFor, listQuery } from '../list-query.js';
import { nextCursor } from '../schemas.js';
import { purchaseView, viewOfRow } from './show.js';

const query = listQuery(['open', 'confirmed', 'declined', 'refused', 'undone', 'cancelled']);

const purchaseList = z.object({ purchases: z.array(purchaseView), next: nextCursor }).openapi('PurchaseList');

/** Purchases, newest first: a buyer's own, or for operators those of a buyer, of an event, or of both. */
export function listPurchases(deps: Pick<PurchaseReads, 'listPurchases'>): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'List purchases',
      description:
        'Newest first, as PostgreSQL has them. A purchase that was refused without being tried (sold out, for one) is not listed.',
      request: { query },
      responses: {
        200: { description: 'A page of purchases.', content: { 'application/json': { schema: purchaseList } } },
      },
    },
    problems: ['forbidden', 'invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const allowed = filterFor(callerOf(c), asked.value);
      if (!allowed.ok) return answerProblem(c, allowed.problem);
      const { purchases, next } = await deps.listPurchases(allowed.filter);
      return answer(c, 200, { purchases: purchases.map(viewOfRow), next });
    },
  };
}
