import type { ResolveReply, ResolveRequest, WaitingForPerson } from '@box-office/contract';

/** `unknown cursor`: `after` is not the `next` of any page. */
export type AttentionPage =
  | { readonly kind: 'page'; readonly purchases: readonly WaitingForPerson[]; readonly next: string | null }
  | { readonly kind: 'unknown cursor' };

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
  /** How many wait. Rejects when Temporal is away. */
  count(): Promise<number>;
  /** Has a workflow decide, once for each update id. Never rejects because a server is away. */
  decide(workflowId: string, updateId: string, request: ResolveRequest): Promise<DecisionReply>;
  /** Ends a workflow that does nothing any more; reconciliation has its work go on. False if Temporal is away. */
  end(workflowId: string, reason: string): Promise<boolean>;
}
