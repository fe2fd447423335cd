import type { ResolveReply, ResolveRequest } from '@box-office/contract';

/** A workflow that needs an operator, as far as Temporal knows it. */
export interface WaitingWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  /** Those that its stuck steps are about; of a hold, the hold's id. Empty where a whole event is concerned. */
  readonly purchaseIds: readonly string[];
  readonly eventIds: readonly string[];
  readonly userIds: readonly string[];
  /** When the step first failed, ISO 8601. */
  readonly since: string;
  /** The step that has waited longest. */
  readonly step?: string;
  /** Its last failure, in one line. */
  readonly cause?: string;
  /** The workflow's progress log in Markdown; empty while no worker answers. */
  readonly details: string;
}

/** `unknown_cursor`: `after` is not the `next` of any page. */
export type InterventionPage =
  | { readonly kind: 'page'; readonly purchases: readonly WaitingWorkflow[]; readonly next: string | null }
  | { readonly kind: 'unknown_cursor' };

/** A workflow as Temporal has it at this moment. Times are ISO 8601. */
export interface WorkflowCheck {
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's status: `RUNNING`, `COMPLETED`, `TERMINATED` … */
  readonly status: string;
  readonly closedAt: string | null;
  readonly stuck: Pick<WaitingWorkflow, 'step' | 'since' | 'cause'> | null;
  /** Activities that an operator paused. */
  readonly pausedSteps: readonly string[];
}

/**
 * - `nothing_stuck`: the workflow has ended, or no step of the purchase waits for a decision;
 * - `refused`: this cannot be decided about the step;
 * - `unavailable`: the decision may or may not be made; the same update may be sent again.
 */
export type DecisionReply =
  | ({ readonly kind: 'decided' } & ResolveReply)
  | { readonly kind: 'nothing_stuck' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unavailable' };

/** The workflows that need an operator, and the operator's decisions. */
export interface InterventionClient {
  /** Bounded by `limit`; a page may be shorter if a workflow continued meanwhile. Rejects when Temporal is unavailable. */
  list(page: { readonly limit: number; readonly after?: string }): Promise<InterventionPage>;
  /** Null if Temporal does not know it (any more). Rejects when Temporal is unavailable. */
  describe(workflowId: string): Promise<WorkflowCheck | null>;
  /** How many need an operator. Rejects when Temporal is unavailable. */
  count(): Promise<number>;
  /** Has a workflow decide, once for each update id. Never rejects because Temporal is unavailable. */
  decide(workflowId: string, updateId: string, request: ResolveRequest): Promise<DecisionReply>;
  /** Terminates a stalled run; reconciliation continues its work. False if Temporal is unavailable. */
  end(run: Pick<WorkflowCheck, 'workflowId' | 'runId'>, reason: string): Promise<boolean>;
}
