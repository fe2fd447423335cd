import { alonePurchaseWorkflowId, cancellationWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import type { PurchaseForOperators } from '@box-office/records';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import type { AttentionDesk, WorkflowLook } from '../../operations/attention-desk.js';
import type { OperationReads } from '../../ports.js';
import { problem } from '../../problems.js';
import type { LookUpPurchase } from '../../purchasing/purchase-lookup.js';
import type { PurchaseRecords } from '../../purchasing/purchase-records.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { amountMinor, instant } from '../schemas.js';

const ID = z.uuid();

const workflow = z.object({
  workflowId: z.string().openapi({ example: 'purchase/0786e9be-ee41-50d7-986b-7c911c41e848' }),
  runId: z.uuid(),
  status: z
    .string()
    .openapi({ description: "Temporal's word: `RUNNING`, `COMPLETED`, `TERMINATED` …", example: 'RUNNING' }),
  closedAt: instant.nullable(),
  stuck: z
    .object({ step: z.string().optional(), since: instant, cause: z.string().optional() })
    .nullable()
    .openapi({ description: 'The step that waits for a person; null where none does.' }),
  pausedSteps: z.array(z.string()).openapi({ description: 'Activities that somebody paused: they are not tried.' }),
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
          description: '`waiting`: the purchase was told to stop and has not come to its outcome yet.',
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
  })
  .openapi('PurchaseForOperators');

type Deps = Pick<OperationReads, 'readPurchaseForOperators'> & {
  readonly lookUp: LookUpPurchase;
  readonly records: Pick<PurchaseRecords, 'read'>;
  readonly attention: Pick<AttentionDesk, 'look'>;
};

/** What becomes of a purchase behind its status: its workflows, what was asked and decided, and what is paused or stuck. */
export function showPurchaseForOperators(deps: Deps): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/purchases/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Show what becomes of a purchase',
      description: 'Its workflows in Temporal, its cancellations, and what operators decided about it so far.',
      request: { params: z.object({ id: ID }) },
      responses: { 200: { description: 'All of it.', content: { 'application/json': { schema: view } } } },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id').toLowerCase();
      if (!ID.safeParse(id).success) return answerProblem(c, problem('unknown-purchase'));
      c.set('purchaseId', id);
      const known = (await deps.lookUp(id)) !== undefined || (await deps.records.read(id)) !== null;
      if (!known) return answerProblem(c, problem('unknown-purchase'));
      const recorded = await deps.readPurchaseForOperators(id);
      const looks = await Promise.all(workflowIdsOf(id, recorded).map((workflowId) => deps.attention.look(workflowId)));
      const workflows = looks.filter((look) => look !== null);
      return answer(c, 200, {
        purchaseId: id,
        ...viewOf(recorded),
        workflows,
        workflowId: ownOf(id, recorded, workflows),
      });
    },
  };
}

/** Those that may have to do with it; not all of them were ever started. */
function workflowIdsOf(purchaseId: string, { ownerWorkflowId, cancellations }: PurchaseForOperators): string[] {
  const own = [purchaseWorkflowId(purchaseId), alonePurchaseWorkflowId(purchaseId)];
  const ofCancellations = cancellations.map(({ cancellationId }) => cancellationWorkflowId(cancellationId));
  return [...new Set([...(ownerWorkflowId === null ? [] : [ownerWorkflowId]), ...own, ...ofCancellations])];
}

/** The workflow that works on the purchase, else the one that did: a detached one comes before the batch that it left. */
function ownOf(
  purchaseId: string,
  { ownerWorkflowId }: PurchaseForOperators,
  workflows: readonly WorkflowLook[],
): string | null {
  const candidates = [alonePurchaseWorkflowId(purchaseId), purchaseWorkflowId(purchaseId), ownerWorkflowId];
  const own = candidates.flatMap((id) => workflows.filter(({ workflowId }) => workflowId === id));
  return (own.find(({ closedAt }) => closedAt === null) ?? own[0])?.workflowId ?? null;
}

const viewOf = ({ cancellations, decisions }: PurchaseForOperators) => ({
  decisions,
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
