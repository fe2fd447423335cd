import { answer, answerProblem } from '../http/answer.js';
import type { CancellationWorkflows } from './cancellation-workflows.js';
import { callerOf, mayActFor, type GatewayContext } from '../http/context.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { json, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { cancellationView, refusalInView, RETRY_S, viewOfCancellation, type CancellationView } from './view.js';

/** The state of a cancellation, for the purchase's buyer and for operators. Other callers get 404. */
export function showCancellation(deps: {
  findCancellations: Database['findCancellations'];
  cancellations: Pick<CancellationWorkflows, 'find'>;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/cancellations/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show a cancellation',
      request: { params: uuidParams },
      responses: {
        200: json('The cancellation. While it is in progress, `Retry-After` says when to ask again.', cancellationView),
      },
    },
    problems: ['unknown-cancellation', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      if (id === null) return answerProblem(c, problem('unknown-cancellation'));
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
