import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import type { CancellationWorkflows } from '../../cancelling/cancellation-workflows.js';
import { callerOf, mayActFor } from '../../context.js';
import type { GatewayContext } from '../../context.js';
import type { CancellationReads } from '../../ports.js';
import { problem } from '../../problems.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { cancellationView, refusalInView, RETRY_S, viewOfCancellation } from './view.js';
import type { CancellationView } from './view.js';

const ID = z.uuid();

/** The state of a cancellation, for the purchase's buyer and for operators. To everybody else it does not exist. */
export function showCancellation(deps: {
  findCancellations: CancellationReads['findCancellations'];
  cancellations: Pick<CancellationWorkflows, 'find'>;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/cancellations/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show a cancellation',
      request: { params: z.object({ id: ID }) },
      responses: {
        200: {
          description: 'The cancellation as it stands. While it goes on, `Retry-After` says when to ask again.',
          content: { 'application/json': { schema: cancellationView } },
        },
      },
    },
    problems: ['unknown-cancellation', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id').toLowerCase();
      if (!ID.safeParse(id).success) return answerProblem(c, problem('unknown-cancellation'));
      const [cancellation] = await deps.findCancellations([id]);
      if (cancellation !== undefined) return show(c, cancellation.userId, viewOfCancellation(cancellation));
      // Its workflow has not claimed anything yet, or was refused.
      const started = await deps.cancellations.find(id);
      if (started === null) return answerProblem(c, problem('unknown-cancellation'));
      const common = { cancellationId: id, purchaseId: started.purchaseId };
      return show(
        c,
        started.userId,
        started.result?.kind === 'refused'
          ? { ...common, status: 'refused', problem: refusalInView(started.result) }
          : { ...common, status: 'requested' },
      );
    },
  };
}

function show(c: GatewayContext, owner: string, view: CancellationView): Response {
  if (!mayActFor(callerOf(c), owner)) return answerProblem(c, problem('unknown-cancellation'));
  c.set('purchaseId', view.purchaseId);
  const isOver = view.status === 'cancelled' || view.status === 'refused';
  return answer(c, 200, view, isOver ? undefined : { 'Retry-After': String(RETRY_S) });
}
