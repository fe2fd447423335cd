import {
  cancellationWorkflowId,
  detachedPurchaseWorkflowId,
  DISPUTE_STATUSES,
  purchaseWorkflowId,
} from '@box-office/contract';
import type { PurchaseForOperators } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { InterventionClient, WorkflowCheck } from './intervention-client.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { json, uuidParams, type Endpoint } from '../http/endpoint.js';
import { amountMinor, instant } from '../http/schemas.js';
import { readPurchaseId } from '../purchase/purchase-id.js';

const workflow = z.object({
  workflowId: z.string().openapi({ example: 'purchase/0786e9be-ee41-50d7-986b-7c911c41e848' }),
  runId: z.uuid(),
  status: z
    .string()
    .openapi({ description: "Temporal's status: `RUNNING`, `COMPLETED`, `TERMINATED` …", example: 'RUNNING' }),
  closedAt: instant.nullable(),
  stuck: z
    .object({ step: z.string().optional(), since: instant, cause: z.string().optional() })
    .nullable()
    .openapi({ description: 'The step that needs an operator; null if none does.' }),
  pausedSteps: z.array(z.string()).openapi({ description: 'Activities that an operator paused: they are not run.' }),
});

const view = z
  .object({
    purchaseId: z.uuid(),
    workflowId: z
      .string()
      .nullable()
      .openapi({ description: 'The id for `temporal workflow … --workflow-id`; null while no workflow is known.' }),
    workflows: z
      .array(workflow)
      .openapi({ description: 'The workflow of the purchase, or of its batch, and those of its cancellations.' }),
    cancellations: z.array(
      z.object({
        cancellationId: z.uuid(),
        workflowId: z.string(),
        status: z.enum(['waiting', 'refunding', 'cancelled']).openapi({
          description: '`waiting`: the purchase was asked to stop and has no outcome yet.',
        }),
        requestedBy: z.string(),
        byOperator: z.boolean(),
        reason: z.string(),
        requestedAt: instant,
        amountMinor,
        currency: z.string(),
      }),
    ),
    decisions: z.array(
      z.object({
        at: instant,
        operator: z.string(),
        verified: z
          .boolean()
          .openapi({ description: "The name is a verified token's subject, not one that was typed in." }),
        channel: z.enum(['api', 'cli', 'temporal-ui']).nullable(),
        action: z.string(),
        step: z.string().nullable(),
        reason: z.string(),
      }),
    ),
    disputes: z
      .array(
        z.object({
          disputeId: z.string(),
          authorisationId: z.string().nullable(),
          amountMinor,
          currency: z.string(),
          reason: z.string().openapi({ example: 'fraudulent' }),
          status: z.enum(DISPUTE_STATUSES),
          respondBy: instant.nullable().openapi({ description: 'Until when the provider accepts evidence.' }),
          createdAt: instant,
          changedAt: instant,
        }),
      )
      .openapi({ description: 'Disputes of its payment, as the payment provider told of them last.' }),
  })
  .openapi('PurchaseForOperators');

type Deps = Pick<Database, 'readPurchaseForOperators'> & {
  readonly purchaseIdempotency: Pick<IdempotencyStore<unknown>, 'read'>;
  readonly interventions: Pick<InterventionClient, 'describe'>;
};

/** The workflows of a purchase, its cancellations, disputes, the operators' decisions, and what is paused or stuck. */
export function showPurchaseForOperators(deps: Deps): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/purchases/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Show the workflows of a purchase',
      description:
        'Its workflows in Temporal, its cancellations, the disputes of its payment, and what operators decided about ' +
        'it so far.',
      request: { params: uuidParams },
      responses: { 200: json('The purchase as operators see it.', view) },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const id = readPurchaseId(c);
      if (id === null) return answerProblem(c, problem('unknown-purchase'));
      const recorded = await deps.readPurchaseForOperators(id);
      // Until a workflow has claimed it, Redis alone knows it.
      const known = recorded.ownerWorkflowId !== null || (await deps.purchaseIdempotency.read(id)) !== null;
      if (!known) return answerProblem(c, problem('unknown-purchase'));
      const described = await Promise.all(
        workflowIdsOf(id, recorded).map((workflowId) => deps.interventions.describe(workflowId)),
      );
      const workflows = described.filter((workflow) => workflow !== null);
      return answer(c, 200, {
        purchaseId: id,
        ...viewOf(recorded),
        workflows,
        workflowId: ownOf(id, recorded, workflows),
      });
    },
  };
}

/** Workflows that may belong to it; not all of them were started. */
function workflowIdsOf(purchaseId: string, { ownerWorkflowId, cancellations }: PurchaseForOperators): string[] {
  const own = [purchaseWorkflowId(purchaseId), detachedPurchaseWorkflowId(purchaseId)];
  const ofCancellations = cancellations.map(({ cancellationId }) => cancellationWorkflowId(cancellationId));
  return [...new Set([...(ownerWorkflowId === null ? [] : [ownerWorkflowId]), ...own, ...ofCancellations])];
}

/** The workflow that works on the purchase, else the one that did: a detached one comes before the batch that it left. */
function ownOf(
  purchaseId: string,
  { ownerWorkflowId }: PurchaseForOperators,
  workflows: readonly WorkflowCheck[],
): string | null {
  const candidates = [detachedPurchaseWorkflowId(purchaseId), purchaseWorkflowId(purchaseId), ownerWorkflowId];
  const own = candidates.flatMap((id) => workflows.filter(({ workflowId }) => workflowId === id));
  return (own.find(({ closedAt }) => closedAt === null) ?? own[0])?.workflowId ?? null;
}

const viewOf = ({ cancellations, decisions, disputes }: PurchaseForOperators) => ({
  decisions,
  disputes: [...disputes],
  cancellations: cancellations.map((one) => ({
    cancellationId: one.cancellationId,
    workflowId: cancellationWorkflowId(one.cancellationId),
    status: one.status,
    requestedBy: one.requestedBy,
    byOperator: one.byOperator,
    reason: one.reason,
    requestedAt: one.requestedAt,
    amountMinor: one.amountMinor,
    currency: one.currency,
  })),
});
