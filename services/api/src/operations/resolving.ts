import { randomUUID } from 'node:crypto';
import { alonePurchaseWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import type { ResolveReply, ResolveRequest } from '@box-office/contract';
import { resolutionIdOf } from '@box-office/contract/derive';
import { operatorRequestId } from '@box-office/records';
import type { OperatorRecords, ResolutionReads, StalledReads } from '../ports.js';
import type { PurchaseRecords } from '../purchasing/purchase-records.js';
import type { AttentionDesk } from './attention-desk.js';
import { createStalledDecision } from './stalled-decision.js';

/** An operator's decision about a purchase of which a step does not get through. */
interface Decision extends Pick<ResolveRequest, 'action' | 'operator' | 'reason' | 'paymentMethod'> {
  readonly purchaseId: string;
  /** Through which the operator, whose token was verified, decides. */
  readonly channel: 'api' | 'cli';
  /** The same key of the same operator decides once about a purchase. */
  readonly idempotencyKey?: string;
}

/** What can be told to the operator. */
export type Resolution =
  | ({ readonly kind: 'resolved' } & ResolveReply)
  | { readonly kind: 'unknown purchase' | 'nothing stuck' | 'key reused' | 'unavailable' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Decides. Rejects when PostgreSQL is away. */
export type Resolve = (decision: Decision) => Promise<Resolution>;

const DECIDED_BEFORE = 'This was decided before with the same key: nothing is decided again.';

/**
 * Finds the workflow that the purchase is stuck in by what PostgreSQL says of it, and never by a list of Temporal's, which
 * lags behind. A decision is known by its line in the audit log, so its key stands for it for ever, whatever becomes of
 * the workflow.
 */
export function createResolving(
  deps: ResolutionReads &
    StalledReads &
    Pick<OperatorRecords, 'noteOperatorRequest'> & {
      readonly records: Pick<PurchaseRecords, 'read'>;
      readonly desk: Pick<AttentionDesk, 'decide' | 'end'>;
    },
): Resolve {
  /** Ids of the workflows that it may be stuck in, the likeliest first; null if nobody knows it. */
  async function workflowsOf(purchaseId: string): Promise<string[] | null> {
    const recorded = await deps.findWorkflows(purchaseId);
    if (recorded === null && (await deps.records.read(purchaseId)) === null) return null;
    // Its claim, or the taking over of it, may be what does not get through.
    const derived = [alonePurchaseWorkflowId(purchaseId), purchaseWorkflowId(purchaseId)];
    return [...new Set([...(recorded ?? []), ...derived])];
  }

  const decideStalled = createStalledDecision(deps);

  return async function resolve({ idempotencyKey, channel, ...request }) {
    const { purchaseId, operator, action, reason, paymentMethod } = request;
    let updateId: string = randomUUID();
    if (idempotencyKey !== undefined) {
      updateId = resolutionIdOf(purchaseId, operator, idempotencyKey);
      const before = await deps.findOperatorAction(purchaseId, updateId);
      if (before !== null) {
        const isSame = before.action === action && before.reason === reason && before.paymentMethod === paymentMethod;
        return isSame ? { kind: 'resolved', step: before.step, action, next: DECIDED_BEFORE } : { kind: 'key reused' };
      }
    }
    const workflowIds = await workflowsOf(purchaseId);
    if (workflowIds === null) return { kind: 'unknown purchase' };
    const [stalled] = await deps.listStalledWork({ purchaseId, limit: 1 });
    await deps.noteOperatorRequest({ id: operatorRequestId.resolve(purchaseId, updateId), operator, channel });
    for (const workflowId of workflowIds) {
      const reply = await deps.desk.decide(workflowId, updateId, request);
      if (reply.kind === 'nothing stuck') continue;
      // One that stands still may not answer at all.
      if (reply.kind === 'unavailable' && stalled) continue;
      if (reply.kind !== 'decided') return reply;
      // Another request with this key was faster.
      if (reply.action !== action) return { kind: 'key reused' };
      return { kind: 'resolved', step: reply.step, action, next: reply.next };
    }
    return stalled ? decideStalled(stalled, updateId, request) : { kind: 'nothing stuck' };
  };
}
