import type { ResolveReply, ResolveRequest, WaitingForPerson } from '@box-office/contract';

/** As far as Temporal knows it. */
export type WaitingWorkflow = Omit<WaitingForPerson, 'cancellations'>;

/** `unknown cursor`: `after` is not the `next` of any page. */
export type AttentionPage =
  | { readonly kind: 'page'; readonly purchases: readonly WaitingWorkflow[]; readonly next: string | null }
  | { readonly kind: 'unknown cursor' };

/** A workflow as Temporal has it at this moment. Times are ISO 8601. */
export interface WorkflowLook {
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's word: `RUNNING`, `COMPLETED`, `TERMINATED` … */
  readonly status: string;
  readonly closedAt: string | null;
  readonly stuck: Pick<WaitingForPerson, 'step' | 'since' | 'cause'> | null;
  /** Activities that somebody paused. */
  readonly pausedSteps: readonly string[];
}

/**
 * - `nothing stuck`: the workflow is over, or none of its steps about the purchase waits;
 * - `refused`: this cannot be decided about the step;
 * - `unavailable`: it may or may not be decided; the same update may be sent again.
 */
export type DecisionReply =
  | ({ readonly kind: 'decided' } & ResolveReply)
  | { readonly kind: 'nothing stuck' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly cause: string };

/** What waits for a person in Temporal, and the person's decisions. */
export interface AttentionDesk {
  /** Bounded by `limit`; a page may be shorter where something went on meanwhile. Rejects when Temporal is away. */
  list(page: { readonly limit: number; readonly after?: string }): Promise<AttentionPage>;
  /** Null if Temporal does not know it (any more). Rejects when Temporal is away. */
  look(workflowId: string): Promise<WorkflowLook | null>;
  /** How many wait. Rejects when Temporal is away. */
  count(): Promise<number>;
  /** Has a workflow decide, once for each update id. Never rejects because a server is away. */
  decide(workflowId: string, updateId: string, request: ResolveRequest): Promise<DecisionReply>;
  /** Ends a workflow that does nothing any more; reconciliation has its work go on. False if Temporal is away. */
  end(workflowId: string, reason: string): Promise<boolean>;
}
