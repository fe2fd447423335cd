import { randomUUID } from 'node:crypto';
import { detachedPurchaseWorkflowId, purchaseWorkflowId, type ResolveRequest } from '@box-office/contract';
import { resolutionIdOf } from '@box-office/contract/derive';
import { operatorRequestId } from '@box-office/database';
import type { Database } from '../database.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { Decision, Resolution } from './decision.js';
import type { InterventionClient } from './intervention-client.js';
import { createStalledDecision, STALLED_STEP } from './stalled-decision.js';

/** Decides. Rejects when PostgreSQL is unavailable. */
export type Resolve = (decision: Decision) => Promise<Resolution>;

const DECIDED_BEFORE = 'This was decided before with the same key. Nothing is decided again.';

/**
 * Finds the workflow in which the purchase is stuck from PostgreSQL, not from a list of Temporal's, which lags. A decision
 * is identified by its line in the audit log, so its key belongs to it permanently, whatever happens to the workflow.
 */
export function createResolve(
  deps: Pick<
    Database,
    'findResolution' | 'findWorkflows' | 'listStalledWork' | 'noteOperatorRequest' | 'recordStalledDecision'
  > & {
    readonly purchaseIdempotency: Pick<IdempotencyStore<unknown>, 'read'>;
    readonly interventions: Pick<InterventionClient, 'decide' | 'end'>;
  },
): Resolve {
  /** Ids of the workflows in which it may be stuck, the likeliest first; null if the purchase is unknown. */
  async function workflowsOf(purchaseId: string): Promise<string[] | null> {
    const recorded = await deps.findWorkflows(purchaseId);
    if (recorded === null && (await deps.purchaseIdempotency.read(purchaseId)) === null) return null;
    // The step that fails may be the claim, so no workflow may be recorded yet.
    const derived = [detachedPurchaseWorkflowId(purchaseId), purchaseWorkflowId(purchaseId)];
    return [...new Set([...(recorded ?? []), ...derived])];
  }

  const decideOnStalled = createStalledDecision(deps);

  /** Reads it again: it may have continued meanwhile. */
  async function decideStalled(purchaseId: string, updateId: string, request: ResolveRequest): Promise<Resolution> {
    const [stalled] = await deps.listStalledWork({ purchaseId, limit: 1 });
    return stalled ? decideOnStalled({ ...stalled, purchaseId }, updateId, request) : { kind: 'nothing_stuck' };
  }

  return async function resolve({ idempotencyKey, channel, ...request }) {
    const { purchaseId, operator, action, reason, paymentMethod } = request;
    let updateId: string = randomUUID();
    if (idempotencyKey !== undefined) {
      updateId = resolutionIdOf(purchaseId, operator, idempotencyKey);
      const before = await deps.findResolution(purchaseId, updateId);
      if (before !== null) {
        const isSame = before.action === action && before.reason === reason && before.paymentMethod === paymentMethod;
        if (!isSame) return { kind: 'key_reused' };
        // Temporal may have been unavailable when the stalled workflow was to be terminated.
        if (before.step === STALLED_STEP) {
          const again = await decideStalled(purchaseId, updateId, request);
          if (again.kind !== 'nothing_stuck') return again;
        }
        return { kind: 'resolved', step: before.step, action, next: DECIDED_BEFORE };
      }
    }
    const workflowIds = await workflowsOf(purchaseId);
    if (workflowIds === null) return { kind: 'unknown_purchase' };
    const mayNotAnswer = (await deps.listStalledWork({ purchaseId, limit: 1 })).length > 0;
    await deps.noteOperatorRequest({ id: operatorRequestId.resolve(purchaseId, updateId), operator, channel });
    for (const workflowId of workflowIds) {
      const reply = await deps.interventions.decide(workflowId, updateId, request);
      if (reply.kind === 'nothing_stuck') continue;
      if (reply.kind === 'unavailable' && mayNotAnswer) continue;
      if (reply.kind !== 'decided') return reply;
      // Another request with this key was faster.
      if (reply.action !== action) return { kind: 'key_reused' };
      return { kind: 'resolved', step: reply.step, action, next: reply.next };
    }
    return mayNotAnswer ? decideStalled(purchaseId, updateId, request) : { kind: 'nothing_stuck' };
  };
}
