import {
  HOLD_CHANGED_SIGNAL,
  HOLD_RELEASE_UPDATE,
  HOLD_TAKEN_UPDATE,
  inWords,
  isOpenHold,
  mdText,
  type Hold,
  type HoldOrder,
  type HoldWorkflowStatus,
  type Markdown,
} from '@box-office/contract';
import { searchAttributeKeys } from '@box-office/temporal';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { createActivityCalls, type ActivityCalls } from '../activity-retries.js';
import { openOperatorIntervention } from '../operator/operator-intervention.js';
import { formatItems, openWorkflowLog, type WorkflowLog } from '../operator/workflow-log.js';
import { formatSerials } from '../purchase/activity-inputs.js';

const takenUpdate = defineUpdate<Hold>(HOLD_TAKEN_UPDATE);
const releaseUpdate = defineUpdate<Hold, [requestedBy: string]>(HOLD_RELEASE_UPDATE);
const changedSignal = defineSignal<[purchaseId: string]>(HOLD_CHANGED_SIGNAL);

/** What the workflow has been asked while it waits, and what it can answer. */
interface State {
  /** Release updates, and how many of them have their answer. */
  releasesAsked: number;
  releasesAnswered: number;
  /** A purchase has signalled that it used or returned the hold. */
  isChanged: boolean;
  /** The workflow was cancelled: the hold is released as soon as no purchase uses it. */
  isCancelled: boolean;
  /** As it was seen last. */
  hold?: Hold;
  isOver: boolean;
}

/**
 * Keeps capacity for a buyer until it is bought, released or lapses; PostgreSQL decides which comes first. The workflow takes
 * the capacity, waits on a durable timer and releases what was not bought. A purchase that ends without tickets returns the
 * hold, so its use alone does not end the workflow.
 */
export async function hold(order: HoldOrder): Promise<Hold> {
  const log = openWorkflowLog<HoldWorkflowStatus>(headline(order), 'open');
  const activities = createActivityCalls(log, openOperatorIntervention(log));
  const state: State = {
    releasesAsked: 0,
    releasesAnswered: 0,
    isChanged: false,
    isCancelled: false,
    isOver: false,
  };

  setHandler(
    takenUpdate,
    async () => {
      await waitEvenIfCancelled(() => state.hold !== undefined);
      return known(state.hold);
    },
    { description: 'Answers with the hold as soon as it is taken or refused.' },
  );
  setHandler(
    releaseUpdate,
    async (requestedBy) => {
      log.append(mdText`${requestedBy} releases it.`);
      const place = ++state.releasesAsked;
      await waitEvenIfCancelled(() => state.isOver || state.releasesAnswered >= place);
      return known(state.hold);
    },
    { description: 'Gives the capacity back, unless a purchase uses the hold or has used it. Argument: who asks.' },
  );
  setHandler(changedSignal, (purchaseId) => {
    log.append(mdText`Purchase ${purchaseId} has used or returned it.`);
    state.isChanged = true;
  });

  // Not cancellable: a hold that is taken in Redis and not recorded would be worse than one that is released a moment later.
  const taken = await CancellationScope.nonCancellable(() =>
    activities.withFastRetries([order.holdId], 'takeHold', order),
  );
  state.hold = taken;
  logTaken(log, taken);
  const ended = await untilEnded(taken, state, activities);
  state.isOver = true;
  logEnd(log, ended);
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return ended;
}

/** Waits for the first of timer, release and use, and has PostgreSQL decide. */
async function untilEnded(taken: Hold, state: State, activities: ActivityCalls): Promise<Hold> {
  let current = taken;
  let remainingMs = Date.parse(taken.expiresAt ?? '') - Date.now();
  while (isOpenHold(current)) {
    await waitForEnd(state, Math.max(remainingMs, 1));
    state.isChanged = false;
    const asked = state.releasesAsked;
    const as = state.isCancelled || asked > state.releasesAnswered ? 'released' : 'expired';
    // Not yet over by the database's clock, or in use: then it stays as it is.
    const end = await CancellationScope.nonCancellable(() =>
      activities.withFastRetries([current.holdId], 'endHold', current.holdId, as),
    );
    current = end.hold;
    state.hold = current;
    state.releasesAnswered = asked;
    ({ remainingMs } = end);
    // Its time is over: should the purchase that uses it return it, that one ends it as well.
    if (current.status === 'in_use' && remainingMs === 0) break;
  }
  return current;
}

/** Resolves when the hold's time is over, its purchase signals, or a release is asked for. */
async function waitForEnd(state: State, timeMs: number): Promise<void> {
  const isDue = (): boolean => state.isChanged || state.releasesAsked > state.releasesAnswered;
  const wait = (): Promise<unknown> => condition(isDue, timeMs, { summary: 'the hold lapses' });
  try {
    await (state.isCancelled ? CancellationScope.nonCancellable(wait) : wait());
  } catch (error) {
    if (!isCancellation(error)) throw error;
    state.isCancelled = true;
  }
}

/** Handlers run in the scope of the workflow: they answer even when its cancellation releases the hold. */
const waitEvenIfCancelled = (isTrue: () => boolean): Promise<void> =>
  CancellationScope.nonCancellable(() => condition(isTrue));

function known(hold: Hold | undefined): Hold {
  if (!hold) throw new Error('the hold is not known yet');
  return hold;
}

const headline = ({ holdId, userId, eventId, items }: HoldOrder): Markdown =>
  mdText`### ${userId} holds ${formatItems(items)} for event ${eventId}\n\nHold ${holdId}`;

function logTaken(log: WorkflowLog<HoldWorkflowStatus>, hold: Hold): void {
  if (hold.refusal) return;
  log.append(mdText`It holds ${formatSerials(hold.items)}, until ${hold.expiresAt ?? ''}.`);
  log.status(hold.status);
}

function logEnd(log: WorkflowLog<HoldWorkflowStatus>, hold: Hold): void {
  const cause = hold.refusal ? mdText`: ${inWords(hold.refusal.reason)}` : mdText``;
  const purchase = hold.purchaseId === null ? mdText`` : mdText` by purchase ${hold.purchaseId}`;
  log.append(mdText`It is ${inWords(hold.status)}${purchase}${cause}.`);
  // So that a search for the purchase finds the hold as well.
  if (hold.purchaseId !== null) {
    upsertSearchAttributes([{ key: searchAttributeKeys.purchaseIds, value: [hold.holdId, hold.purchaseId] }]);
  }
  log.status(hold.status);
}
