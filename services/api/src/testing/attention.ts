import type { ResolveRequest } from '@box-office/contract';
import type { AttentionDesk, AttentionPage, DecisionReply, WorkflowLook } from '../operations/attention-desk.js';

/** What a test may see of and change about what waits for a person. */
export interface TestAttention extends AttentionDesk {
  readonly decisions: { readonly workflowId: string; readonly updateId: string; readonly request: ResolveRequest }[];
  /** What is answered by each workflow; `nothing stuck` unless it is named. */
  readonly replies: Map<string, DecisionReply>;
  /** Workflows that were ended, and why. */
  readonly ended: { readonly workflowId: string; readonly reason: string }[];
  /** What is seen of each workflow. */
  readonly looks: Map<string, WorkflowLook>;
  page: AttentionPage;
  isAway: boolean;
}

/** As `grpc-js` says it where nobody listens. */
const away = (): Error =>
  Object.assign(new Error('14 UNAVAILABLE: No connection established'), { code: 14, details: '', metadata: {} });

/** Plays what is stuck in Temporal for tests. */
export function createTestAttention(): TestAttention {
  const test: TestAttention = {
    decisions: [],
    replies: new Map(),
    ended: [],
    looks: new Map(),
    page: { kind: 'page', purchases: [], next: null },
    isAway: false,
    async list() {
      if (test.isAway) throw away();
      return test.page;
    },
    async look(workflowId) {
      if (test.isAway) throw away();
      return test.looks.get(workflowId) ?? null;
    },
    async count() {
      if (test.isAway) throw away();
      return test.page.kind === 'page' ? test.page.purchases.length : 0;
    },
    async end(workflowId, reason) {
      if (!test.isAway) test.ended.push({ workflowId, reason });
      return !test.isAway;
    },
    async decide(workflowId, updateId, request) {
      if (test.isAway) return { kind: 'unavailable', cause: 'Temporal is away' };
      test.decisions.push({ workflowId, updateId, request });
      return test.replies.get(workflowId) ?? { kind: 'nothing stuck' };
    },
  };
  return test;
}
