import type { ResolveReply, ResolveRequest } from '@box-office/contract';

/** A workflow that waits for a person. */
export interface WaitingForPerson {
  readonly workflowId: string;
  readonly runId: string;
  /** Those that its stuck steps are about; of a hold, the hold's id. Empty where a whole event is concerned. */
  readonly purchaseIds: readonly string[];
  readonly eventIds: readonly string[];
  readonly userIds: readonly string[];
  /** Since when the step does not get through, ISO 8601. */
  readonly since: string;
  /** The step that has waited longest. */
  readonly step?: string;
  /** Its last failure, in one line. */
  readonly cause?: string;
  /** The workflow's story in markdown; empty while no worker can tell it. */
  readonly details: string;
}

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
}
