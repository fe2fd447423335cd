import {
  HOLD_CHANGED_SIGNAL,
  HOLD_RELEASE_UPDATE,
  HOLD_TAKEN_UPDATE,
  isOpenHold,
  mdText,
  type Hold,
  type HoldOrder,
  type HoldWorkflowStatus,
  type Markdown,
} from '@box-office/contract';
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
import { openAttention } from './attention.js';
import { itemsInWords, openStory, wishInWords, type Story } from './journal.js';
import { searchAttributes } from './search-attributes.js';
import { createSteps, type Steps } from './steps.js';

const takenUpdate = defineUpdate<Hold>(HOLD_TAKEN_UPDATE);
const releaseUpdate = defineUpdate<Hold, [requestedBy: string]>(HOLD_RELEASE_UPDATE);
const changedSignal = defineSignal<[purchaseId: string]>(HOLD_CHANGED_SIGNAL);

/** What others have told the workflow while it waits, and what it can tell them. */
interface State {
  /** Updates that asked to give it back and wait for an answer. */
  releasesAsked: number;
  releasesAnswered: number;
  /** A purchase has told that it used or returned it. */
  isChanged: boolean;
  /** The workflow was cancelled: the hold is to be given back as soon as no purchase uses it. */
  isCancelled: boolean;
  /** As it was seen last. */
  hold?: Hold;
  isOver: boolean;
}

/**
 * Keeps capacity for a buyer until it is bought, given back or lapses. Which of these comes first is decided in PostgreSQL;
 * this workflow takes the capacity, waits on a durable timer, and gives back what was not bought. A purchase that ends without
 * tickets returns the hold, so its use alone does not end this.
 */
export async function hold(order: HoldOrder): Promise<Hold> {
  const story = openStory<HoldWorkflowStatus>(headline(order), 'open');
  const steps = createSteps(story, openAttention(story));
  const state: State = {
    ...{ releasesAsked: 0, releasesAnswered: 0 },
    ...{ isChanged: false, isCancelled: false, isOver: false },
  };

  setHandler(
    takenUpdate,
    async () => {
      await toldEvenIfCancelled(() => state.hold !== undefined);
      return known(state.hold);
    },
    { description: 'Answers with the hold as soon as it is taken or refused.' },
  );
  setHandler(
    releaseUpdate,
    async (requestedBy) => {
      story.tell(mdText`${requestedBy} gives it back.`);
      const place = ++state.releasesAsked;
      await toldEvenIfCancelled(() => state.isOver || state.releasesAnswered >= place);
      return known(state.hold);
    },
    { description: 'Gives the capacity back, unless a purchase uses the hold or has used it. Argument: who asks.' },
  );
  setHandler(changedSignal, (purchaseId) => {
    story.tell(mdText`Purchase ${purchaseId} tells that it has used or returned it.`);
    state.isChanged = true;
  });

  // Half a hold would be worse than one that is given back a moment later.
  const taken = await CancellationScope.nonCancellable(() => steps.quickly([order.holdId], 'takeHold', order));
  state.hold = taken;
  tellTaken(story, taken);
  const ended = await untilEnded(taken, state, steps);
  state.isOver = true;
  tellEnd(story, ended);
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return ended;
}

/** Waits for the first of timer, release and use, and brings the end about that PostgreSQL decides on. */
async function untilEnded(taken: Hold, state: State, steps: Steps): Promise<Hold> {
  let current = taken;
  let remainingMs = Date.parse(taken.expiresAt ?? '') - Date.now();
  while (isOpenHold(current)) {
    await waitForEnd(state, Math.max(remainingMs, 1));
    state.isChanged = false;
    const asked = state.releasesAsked;
    const as = state.isCancelled || asked > state.releasesAnswered ? 'released' : 'expired';
    // Not yet over by the database's clock, or in use: then it stays as it is.
    const end = await CancellationScope.nonCancellable(() =>
      steps.quickly([current.holdId], 'endHold', current.holdId, as),
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

/** Resolves when the hold's time is over, its purchase tells something, or somebody has a wish. */
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

/** Handlers run in the scope of the workflow: whoever asks is told how the hold ends that is given back by a cancellation. */
const toldEvenIfCancelled = (isTrue: () => boolean): Promise<void> =>
  CancellationScope.nonCancellable(() => condition(isTrue));

function known(hold: Hold | undefined): Hold {
  if (!hold) throw new Error('the hold is not known yet');
  return hold;
}

const headline = ({ holdId, userId, eventId, items }: HoldOrder): Markdown =>
  mdText`### ${userId} holds ${wishInWords(items)} for event ${eventId}\n\nHold ${holdId}`;

function tellTaken(story: Story<HoldWorkflowStatus>, hold: Hold): void {
  if (hold.refusal) return;
  story.tell(mdText`It holds ${itemsInWords(hold.items)}, until ${hold.expiresAt ?? ''}.`);
  story.status(hold.status);
}

function tellEnd(story: Story<HoldWorkflowStatus>, hold: Hold): void {
  const cause = hold.refusal ? mdText`: ${hold.refusal.reason.replaceAll('_', ' ')}` : mdText``;
  const purchase = hold.purchaseId === null ? mdText`` : mdText` by purchase ${hold.purchaseId}`;
  story.tell(mdText`It is ${hold.status.replaceAll('_', ' ')}${purchase}${cause}.`);
  // So that a search for the purchase finds the hold as well.
  if (hold.purchaseId !== null) {
    upsertSearchAttributes([{ key: searchAttributes.purchaseIds, value: [hold.holdId, hold.purchaseId] }]);
  }
  story.status(hold.status);
}
