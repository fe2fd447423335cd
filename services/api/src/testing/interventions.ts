import type { ResolveRequest } from '@box-office/contract';
import type {
  InterventionClient,
  InterventionPage,
  DecisionReply,
  WorkflowCheck,
} from '../operator/intervention-client.js';

/** What a test may see and change of the workflows that need an operator. */
export interface TestInterventions extends InterventionClient {
  readonly decisions: { readonly workflowId: string; readonly updateId: string; readonly request: ResolveRequest }[];
  /** The answer of each workflow; `nothing_stuck` unless it is named. */
  readonly replies: Map<string, DecisionReply>;
  /** Runs that were terminated, and why. */
  readonly ended: { readonly workflowId: string; readonly runId: string; readonly reason: string }[];
  /** The description of each workflow. */
  readonly described: Map<string, WorkflowCheck>;
  page: InterventionPage;
  isUnavailable: boolean;
}

/** The error of `grpc-js` for a closed port. */
const unavailable = (): Error =>
  Object.assign(new Error('14 UNAVAILABLE: No connection established'), { code: 14, details: '', metadata: {} });

/** Simulates stuck workflows for tests. */
export function createTestInterventions(): TestInterventions {
  const test: TestInterventions = {
    decisions: [],
    replies: new Map(),
    ended: [],
    described: new Map(),
    page: { kind: 'page', purchases: [], next: null },
    isUnavailable: false,
    async list() {
      if (test.isUnavailable) throw unavailable();
      return test.page;
    },
    async describe(workflowId) {
      if (test.isUnavailable) throw unavailable();
      return test.described.get(workflowId) ?? null;
    },
    async count() {
      if (test.isUnavailable) throw unavailable();
      return test.page.kind === 'page' ? test.page.purchases.length : 0;
    },
    async end(run, reason) {
      if (!test.isUnavailable) test.ended.push({ ...run, reason });
      return !test.isUnavailable;
    },
    async decide(workflowId, updateId, request) {
      if (test.isUnavailable) return { kind: 'unavailable' };
      test.decisions.push({ workflowId, updateId, request });
      return test.replies.get(workflowId) ?? { kind: 'nothing_stuck' };
    },
  };
  return test;
}
