import {
  alonePurchaseWorkflowId,
  cancellationWorkflowId,
  eventCancellationWorkflowId,
  type AttentionReport,
} from '@box-office/contract';
import {
  decideFindings,
  findCancellations,
  listStandingCancellations,
  listStandingFindings,
  listStandingPurchases,
  recordFindings,
  type NewFinding,
} from '@box-office/records';
import type { ReconciliationDeps } from '../deps.js';
import { suspicionKey } from '../difference.js';
import { eachOf } from '../in-motion.js';
import type { SweepName } from '../recording.js';

/** Looked at by one run, the oldest first: where more stand still, nobody has to be told of each. */
const MOST = 200;
/** Workflows that do not answer are asked no more after so many: then no worker is there. */
const MOST_UNANSWERED = 10;

/** Something that has not changed for long, and the workflows that may be at work on it, its own first. */
interface Standing {
  readonly what: 'purchase' | 'cancellation';
  readonly id: string;
  readonly purchaseId: string;
  readonly eventId: string;
  readonly status: string;
  readonly since: string;
  readonly workflowIds: readonly [string, ...string[]];
}

/**
 * Finds purchases and cancellations that stand still although a workflow is open for them: none of its steps about them is
 * being tried. A step that is tried again and again is not among them, for operators see it already. What was found before
 * and moves again is closed.
 *
 * @returns how many stand still
 */
export async function findStalled(deps: ReconciliationDeps, sweep: SweepName): Promise<number> {
  const { pool } = deps;
  const earlier = await listStandingFindings(pool, { kinds: ['stalled'] });
  const standing = [...(await purchases(deps)), ...(await cancellations(deps))];
  const ask = createAsking(deps);
  const found: NewFinding[] = [];
  await eachOf(standing, async (one) => {
    const finding = await findingOf(deps, one, ask);
    if (finding) found.push(finding);
  });
  const recorded = await recordFindings(pool, sweep, found);
  const seen = new Set(recorded.map(suspicionKey));
  await decideFindings(pool, [
    ...recorded
      .filter(({ status }) => status === 'found')
      .map(({ findingId }) => ({ findingId, status: 'handed_over' as const, action: ACTION })),
    ...earlier
      .filter((finding) => !seen.has(suspicionKey(finding)))
      .map(({ findingId }) => ({ findingId, status: 'gone' as const, action: 'nothing: it goes on' })),
  ]);
  return found.length;
}

const ACTION =
  'a person is to decide: retry ends its workflow and goes on in a new one, compensate undoes the purchase so';

async function purchases({ pool, stalledMs }: ReconciliationDeps): Promise<Standing[]> {
  const owned = await listStandingPurchases(pool, { idleMs: stalledMs, after: null, limit: MOST });
  return owned.map(({ order, status, updatedAt, ownerWorkflowId }) => ({
    what: 'purchase',
    id: order.purchaseId,
    ...{ purchaseId: order.purchaseId, eventId: order.eventId, status, since: updatedAt },
    workflowIds: [ownerWorkflowId, alonePurchaseWorkflowId(order.purchaseId)],
  }));
}

async function cancellations({ pool, stalledMs }: ReconciliationDeps): Promise<Standing[]> {
  const ids = await listStandingCancellations(pool, { idleMs: stalledMs, after: null, limit: MOST });
  const found = await findCancellations(pool, ids);
  // One that waits for its purchase stands as long as that does, and is not what has to be decided about.
  return found
    .filter(({ status }) => status !== 'waiting')
    .map(({ cancellationId, purchaseId, eventId, status, requestedAt }) => ({
      what: 'cancellation',
      id: cancellationId,
      ...{ purchaseId, eventId, status, since: requestedAt },
      workflowIds: [cancellationWorkflowId(cancellationId), eventCancellationWorkflowId(eventId)],
    }));
}

type Ask = (workflowId: string) => Promise<AttentionReport | null>;

/** Asks each workflow once. Null where it does not answer. */
function createAsking({ workflows }: Pick<ReconciliationDeps, 'workflows'>): Ask {
  const asked = new Map<string, Promise<AttentionReport | null>>();
  let unanswered = 0;
  async function askNow(workflowId: string): Promise<AttentionReport | null> {
    const report = unanswered < MOST_UNANSWERED ? await workflows.attentionOf(workflowId) : null;
    if (report === null) unanswered += 1;
    return report;
  }
  return (workflowId) => {
    const answer = asked.get(workflowId) ?? askNow(workflowId);
    asked.set(workflowId, answer);
    return answer;
  };
}

/** Null if a step of it is being tried, or no workflow is open for it: then it is abandoned, and that is another's to see. */
async function findingOf(deps: ReconciliationDeps, standing: Standing, ask: Ask): Promise<NewFinding | null> {
  const { what, id, purchaseId, eventId, status, since } = standing;
  const open: { readonly workflowId: string; readonly runId: string; readonly answers: boolean }[] = [];
  for (const workflowId of new Set(standing.workflowIds)) {
    const state = await deps.workflows.stateOf(workflowId);
    if (state.kind !== 'running') continue;
    const report = await ask(workflowId);
    if (report?.stuck.some(({ purchaseIds }) => purchaseIds.includes(purchaseId))) return null;
    open.push({ workflowId, runId: state.runId, answers: report !== null });
  }
  const [owner] = open;
  if (!owner) return null;
  const { workflowId, runId, answers } = owner;
  return {
    kind: 'stalled',
    subject: `${what} ${id}`,
    ...{ eventId, purchaseId, ticketType: null },
    expected: { finished: true },
    found: { status, since, workflowId, runId },
    cause: answers
      ? `its workflow ${workflowId} is open, and tries no step of it`
      : `its workflow ${workflowId} is open, and does not answer`,
    action: ACTION,
  };
}
