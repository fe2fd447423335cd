import {
  mdText,
  summary,
  type Markdown,
  type ReconciliationCounts,
  type ReconciliationRequest,
  type ReconciliationResult,
} from '@box-office/contract';
import { ApplicationFailure, continueAsNew, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { SuspectBooks } from '../activities/sweeping.js';
import type { Confirmed, DueRepair, SweepName } from '../reconciliation/recording.js';
import { forAWhile } from './policies.js';
import { causeOf, openStory, type Story } from './story.js';

/** Pages of events of one run; the next run goes on with a history of its own. */
const MOST_PAGES_PER_RUN = 20;
/** Repairs made at the same time. */
const REPAIRS_AT_ONCE = 4;

const NOTHING: ReconciliationCounts = { events: 0, recovered: 0, found: 0, repaired: 0, handedOver: 0 };

/** What the steps of a sweep share. */
interface Sweep {
  readonly name: SweepName;
  readonly story: Story;
  readonly secondLookAfterMs: number;
  counts: ReconciliationCounts;
  inTurn: number;
  /** Steps that could not be taken; the rest of the sweep goes on without them. */
  readonly failures: string[];
}

/**
 * Compares all stores, and puts right what differs. Where an operator asked for it, what lost its workflow goes on first;
 * otherwise `recovery` sees to that. Then everything is looked at
 * twice, some seconds apart: what both looks show, and is nobody's work in progress, is a finding. It is recorded, and
 * repaired or handed over to a person.
 */
export async function reconciliation(request: ReconciliationRequest): Promise<ReconciliationResult> {
  const { requestedBy, scope, from } = request;
  // Known to whoever started it.
  const name: SweepName = { sweepId: workflowInfo().firstExecutionRunId, requestedBy };
  const story = openStory(headline(request, name));
  const { startedAt, secondLookAfterMs } = await forAWhile.beginSweep(name, scope);
  const { counts, inTurn } = from ?? { counts: NOTHING, inTurn: 0 };
  const sweep: Sweep = { name, story, secondLookAfterMs, counts, inTurn, failures: [] };

  if (!from) {
    // The Schedule has a workflow for that which waits for no comparison; an operator wants to know it is done.
    if (requestedBy !== 'schedule') await recover(sweep);
    await tryTo(sweep, mdText`compare the payment provider’s books`, () => compareBooks(sweep));
  }
  const isAll = await compareEvents(sweep, request, startedAt);
  if (!isAll) {
    return continueAsNew<typeof reconciliation>({ ...request, from: { counts: sweep.counts, inTurn: sweep.inTurn } });
  }
  await forAWhile.finishSweep(name.sweepId, sweep.counts);
  story.tell(mdText`**Done**: ${inWords(sweep.counts)}.`);
  story.status(sweep.failures.length > 0 ? 'failed' : 'finished');
  if (sweep.failures.length > 0) throw ApplicationFailure.nonRetryable(sweep.failures.join('; '), 'SweepIncomplete');
  return { sweepId: name.sweepId, ...sweep.counts };
}

/** What was left behind goes on before anything is compared: it is the cause of most differences. */
async function recover(sweep: Sweep): Promise<void> {
  const steps = [
    [mdText`purchases`, forAWhile.recoverPurchases],
    [mdText`cancellations`, forAWhile.recoverCancellations],
    [mdText`holds`, forAWhile.recoverHolds],
    [
      mdText`requests without a row`,
      async (name: SweepName) => (await forAWhile.recoverUnclaimed(name, null)).recovered,
    ],
  ] as const;
  for (const [what, step] of steps) {
    await tryTo(sweep, mdText`look for ${what} that lost their workflow`, async () => {
      const recovered = await step(sweep.name);
      if (recovered > 0) sweep.story.tell(mdText`${recovered} ${what} had lost their workflow and **go on** again.`);
      add(sweep, { recovered });
    });
  }
  await tryTo(sweep, mdText`close the findings of what has come to its end`, () => forAWhile.closeRecovered());
}

async function compareBooks(sweep: Sweep): Promise<void> {
  const suspect: SuspectBooks = await forAWhile.lookAtBooks();
  if (suspect.suspicions.length > 0) {
    sweep.story.tell(mdText`The provider’s books show ${suspect.suspicions.length} differences at first sight.`);
    await secondLook(sweep);
  }
  await settle(sweep, await forAWhile.confirmBooks(sweep.name, suspect));
}

/** Page by page. False if the next run has to go on. */
async function compareEvents(sweep: Sweep, request: ReconciliationRequest, startedAt: string): Promise<boolean> {
  const { scope } = request;
  const complete = scope !== 'changed';
  for (let page = 1; ; page++) {
    if (page > MOST_PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) return false;
    const next = await forAWhile.chooseEvents(scope, startedAt, sweep.inTurn);
    if (next.events.length === 0) return true;
    if (next.inTurn) sweep.inTurn += next.events.length;
    const went = await tryTo(sweep, mdText`compare ${next.events.length} events`, async () => {
      const suspects = await forAWhile.lookAtEvents(next.events, complete);
      add(sweep, { events: next.events.length });
      if (suspects.length === 0) return;
      const ids = suspects.map(({ due }) => due.eventId).join(', ');
      sweep.story.tell(mdText`Differences at first sight at ${suspects.length} events (${ids}).`);
      await secondLook(sweep);
      await settle(sweep, await forAWhile.confirmEvents(sweep.name, suspects, complete));
    });
    // Events that could not be looked at would come again and again.
    if (!went || typeof scope === 'object') return true;
  }
}

const secondLook = (sweep: Sweep): Promise<void> =>
  sleep(sweep.secondLookAfterMs, { summary: 'until the second look' });

/** Makes the repairs that are due, a few at a time. One that fails is found again by the next sweep. */
async function settle(sweep: Sweep, confirmed: Confirmed): Promise<void> {
  add(sweep, { found: confirmed.found, handedOver: confirmed.handedOver });
  if (confirmed.handedOver > 0)
    sweep.story.tell(mdText`${confirmed.handedOver} findings are **handed over to a person**.`);
  const waiting = confirmed.due.values();
  const worker = async (): Promise<void> => {
    for (const due of waiting) await repairOne(sweep, due);
  };
  await Promise.all(Array.from({ length: REPAIRS_AT_ONCE }, worker));
}

async function repairOne(sweep: Sweep, due: DueRepair): Promise<void> {
  const event = due.eventId === null ? mdText`` : mdText` of event ${due.eventId}`;
  const what = mdText`${due.kind}${event}: ${due.subject}`;
  await tryTo(sweep, mdText`repair ${what}`, async () => {
    const { status, action } = await forAWhile.repair.executeWithOptions(
      { summary: summary`${due.kind} of event ${due.eventId ?? 'none'}: ${due.subject}` },
      [due],
    );
    sweep.story.tell(mdText`${what}: ${status}, ${action}.`);
    add(sweep, { repaired: Number(status === 'repaired'), handedOver: Number(status === 'handed_over') });
  });
}

/** Takes a step without which the rest can go on. */
async function tryTo(sweep: Sweep, what: Markdown, step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    sweep.story.tell(mdText`**Could not** ${what}: ${causeOf(error)}. The next sweep tries again.`);
    sweep.failures.push(`could not ${what.markdown}: ${causeOf(error)}`);
    return false;
  }
}

function add(sweep: Sweep, more: Partial<ReconciliationCounts>): void {
  const { counts } = sweep;
  sweep.counts = {
    events: counts.events + (more.events ?? 0),
    recovered: counts.recovered + (more.recovered ?? 0),
    found: counts.found + (more.found ?? 0),
    repaired: counts.repaired + (more.repaired ?? 0),
    handedOver: counts.handedOver + (more.handedOver ?? 0),
  };
}

function inWords({ events, recovered, found, repaired, handedOver }: ReconciliationCounts): string {
  return `${events} events compared, ${recovered} recovered, ${found} new findings, ${repaired} repaired, ${handedOver} handed over`;
}

function headline({ requestedBy, scope }: ReconciliationRequest, { sweepId }: SweepName): Markdown {
  const whom = requestedBy === 'schedule' ? mdText`The schedule` : mdText`Operator ${requestedBy}`;
  return mdText`### ${whom} has ${scopeInWords(scope)} compared in all stores\n\nSweep ${sweepId}`;
}

function scopeInWords(scope: ReconciliationRequest['scope']): Markdown {
  if (typeof scope === 'object') return mdText`event ${scope.eventId}`;
  return scope === 'all' ? mdText`all events` : mdText`the events that changed, and some others in turn`;
}
